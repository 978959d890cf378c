internal import Model

/// The hypervisor port for service calls: immediately refuses calls to a host that was shut down on purpose, with that
/// reason.
///
/// The operation runner and the watch bypass it, since they handle hosts that are shutting down or coming back.
struct ShutdownGuard: Hypervisor {
    private let hosts: any Hypervisor

    init(_ hosts: any Hypervisor) { self.hosts = hosts }

    private func hypervisor(for host: Host) throws(Refusal) -> any Hypervisor {
        if let absence = host.absence { throw absence }
        return hosts
    }

    func contact(_ host: Host, trustsFirstUse: Bool) async throws(Refusal) -> Host {
        try await hosts.contact(host, trustsFirstUse: trustsFirstUse)
    }

    func forget(_ host: String) async { await hosts.forget(host) }

    func attend(_ host: Host, _ report: @escaping @Sendable (HostSignal) async -> Void) async throws(Refusal) {
        try await hosts.attend(host, report)
    }

    /// Not refused for a host that was shut down: an administrator who switches it on again needs the inspection's
    /// results.
    func inspect(_ host: Host, trustsFirstUse: Bool) async -> HostInspection {
        await hosts.inspect(host, trustsFirstUse: trustsFirstUse)
    }

    func credential() async throws(Refusal) -> String { try await hosts.credential() }

    func boot(of host: Host) async throws(Refusal) -> HostBoot { try await hypervisor(for: host).boot(of: host) }

    func survey(_ host: Host) async throws(Refusal) -> HostSurvey { try await hypervisor(for: host).survey(host) }

    func machines(on host: Host) async throws(Refusal) -> [ObservedSummary] {
        try await hypervisor(for: host).machines(on: host)
    }

    func machinesWithKeptState(on host: Host) async throws(Refusal) -> Set<MachineID> {
        try await hypervisor(for: host).machinesWithKeptState(on: host)
    }

    func links(on host: Host) async throws(Refusal) -> HostLinks { try await hypervisor(for: host).links(on: host) }

    func machine(_ id: MachineID, on host: Host) async throws(Refusal) -> ObservedMachine? {
        try await hypervisor(for: host).machine(id, on: host)
    }

    func machine(named name: String, on host: Host) async throws(Refusal) -> ObservedMachine? {
        try await hypervisor(for: host).machine(named: name, on: host)
    }

    func sharedDisks(_ paths: [String], of host: Host, with other: Host) async throws(Refusal) -> Set<String> {
        _ = try hypervisor(for: other)
        return try await hypervisor(for: host).sharedDisks(paths, of: host, with: other)
    }

    func imageCopies(on host: Host) async throws(Refusal) -> [ObservedCopy] {
        try await hypervisor(for: host).imageCopies(on: host)
    }

    func refusedVNIs(of segments: [Segment], on host: Host) async throws(Refusal) -> Set<Int> {
        try await hypervisor(for: host).refusedVNIs(of: segments, on: host)
    }

    func found(_ copies: [RecordedCopy], on host: Host) async throws(Refusal) -> Set<VolumeName> {
        try await hypervisor(for: host).found(copies, on: host)
    }

    func disk(at path: String, on host: Host) async throws(Refusal) -> HostDisk {
        try await hypervisor(for: host).disk(at: path, on: host)
    }

    func scheduler(of machine: String, on host: Host) async throws(Refusal) -> SchedulerReading {
        try await hypervisor(for: host).scheduler(of: machine, on: host)
    }

    func figures(of host: Host) async throws(Refusal) -> HostSample {
        try await hypervisor(for: host).figures(of: host)
    }

    func openConsole(
        of machine: MachineID, on host: Host, _ report: @escaping @Sendable (ConsoleSignal) -> Void
    ) async throws(Refusal) -> any ConsoleLink {
        try await hypervisor(for: host).openConsole(of: machine, on: host, report)
    }

    func perform(
        _ step: Step, of operation: OperationID, on host: Host, progress: StepProgress
    ) async throws(Refusal) -> StepOutcome {
        try await hypervisor(for: host).perform(step, of: operation, on: host, progress: progress)
    }

    func undo(_ step: Step, of operation: OperationID, on host: Host) async throws(Refusal) {
        try await hypervisor(for: host).undo(step, of: operation, on: host)
    }
}
