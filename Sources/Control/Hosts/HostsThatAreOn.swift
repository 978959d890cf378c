internal import Model

/// Hosts as verbs see them: what is asked of one that was shut down on purpose is refused at once, with that reason.
///
/// The runner and the watch do not go through it: they have to do with a host on its way down and back.
struct HostsThatAreOn: Hypervisor {
    private let hosts: any Hypervisor

    init(_ hosts: any Hypervisor) { self.hosts = hosts }

    private func on(_ host: Host) throws(Refusal) -> any Hypervisor {
        if let absence = host.absence { throw absence }
        return hosts
    }

    func contact(_ host: Host, trustsFirstUse: Bool) async throws(Refusal) -> Host {
        try await hosts.contact(host, trustsFirstUse: trustsFirstUse)
    }

    func forget(_ host: String) async { await hosts.forget(host) }

    func attend(_ host: Host, _ told: @escaping @Sendable (HostSignal) async -> Void) async throws(Refusal) {
        try await hosts.attend(host, told)
    }

    /// Also of one that was shut down: who switches it on again wants to know what is wrong.
    func inspect(_ host: Host, trustsFirstUse: Bool) async -> HostInspection {
        await hosts.inspect(host, trustsFirstUse: trustsFirstUse)
    }

    func credential() async throws(Refusal) -> String { try await hosts.credential() }

    func boot(of host: Host) async throws(Refusal) -> HostBoot { try await on(host).boot(of: host) }

    func survey(_ host: Host) async throws(Refusal) -> HostSurvey { try await on(host).survey(host) }

    func machines(on host: Host) async throws(Refusal) -> [ObservedSummary] {
        try await on(host).machines(on: host)
    }

    func keepers(on host: Host) async throws(Refusal) -> Set<MachineID> { try await on(host).keepers(on: host) }

    func links(on host: Host) async throws(Refusal) -> HostLinks { try await on(host).links(on: host) }

    func machine(_ id: MachineID, on host: Host) async throws(Refusal) -> ObservedMachine? {
        try await on(host).machine(id, on: host)
    }

    func machine(named name: String, on host: Host) async throws(Refusal) -> ObservedMachine? {
        try await on(host).machine(named: name, on: host)
    }

    func sharedDisks(_ paths: [String], of host: Host, with other: Host) async throws(Refusal) -> Set<String> {
        _ = try on(other)
        return try await on(host).sharedDisks(paths, of: host, with: other)
    }

    func imageCopies(on host: Host) async throws(Refusal) -> [ObservedCopy] {
        try await on(host).imageCopies(on: host)
    }

    func refusedVNIs(of segments: [Segment], on host: Host) async throws(Refusal) -> Set<Int> {
        try await on(host).refusedVNIs(of: segments, on: host)
    }

    func found(_ copies: [HeldCopy], on host: Host) async throws(Refusal) -> Set<VolumeName> {
        try await on(host).found(copies, on: host)
    }

    func disk(at path: String, on host: Host) async throws(Refusal) -> HostDisk {
        try await on(host).disk(at: path, on: host)
    }

    func scheduler(of machine: String, on host: Host) async throws(Refusal) -> SchedulerReading {
        try await on(host).scheduler(of: machine, on: host)
    }

    func perform(
        _ step: Step, of operation: OperationID, on host: Host, progress: StepProgress
    ) async throws(Refusal) -> StepOutcome {
        try await on(host).perform(step, of: operation, on: host, progress: progress)
    }

    func undo(_ step: Step, of operation: OperationID, on host: Host) async throws(Refusal) {
        try await on(host).undo(step, of: operation, on: host)
    }
}
