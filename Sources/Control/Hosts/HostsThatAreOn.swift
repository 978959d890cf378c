internal import Model

/// Hosts as verbs see them: what is asked of one that was shut down on purpose is refused at once, with that reason.
///
/// The runner and the watch do not go through it: they have to do with a host on its way down and back.
struct HostsThatAreOn: Hypervisor {
    private let hosts: any Hypervisor

    init(_ hosts: any Hypervisor) { self.hosts = hosts }

    private func on(_ node: Node) throws(Refusal) -> any Hypervisor {
        if let absence = node.absence { throw absence }
        return hosts
    }

    func contact(_ node: Node, trustsFirstUse: Bool) async throws(Refusal) -> Node {
        try await hosts.contact(node, trustsFirstUse: trustsFirstUse)
    }

    func forget(_ node: String) async { await hosts.forget(node) }

    func attend(_ node: Node, _ told: @escaping @Sendable (HostSignal) async -> Void) async throws(Refusal) {
        try await hosts.attend(node, told)
    }

    /// Also of one that was shut down: who switches it on again wants to know what is wrong.
    func inspect(_ node: Node, trustsFirstUse: Bool) async -> HostInspection {
        await hosts.inspect(node, trustsFirstUse: trustsFirstUse)
    }

    func credential() async throws(Refusal) -> String { try await hosts.credential() }

    func boot(of node: Node) async throws(Refusal) -> HostBoot { try await on(node).boot(of: node) }

    func survey(_ node: Node) async throws(Refusal) -> HostSurvey { try await on(node).survey(node) }

    func machines(on node: Node) async throws(Refusal) -> [ObservedSummary] {
        try await on(node).machines(on: node)
    }

    func keepers(on node: Node) async throws(Refusal) -> Set<MachineID> { try await on(node).keepers(on: node) }

    func links(on node: Node) async throws(Refusal) -> HostLinks { try await on(node).links(on: node) }

    func machine(_ id: MachineID, on node: Node) async throws(Refusal) -> ObservedMachine? {
        try await on(node).machine(id, on: node)
    }

    func machine(named name: String, on node: Node) async throws(Refusal) -> ObservedMachine? {
        try await on(node).machine(named: name, on: node)
    }

    func sharedDisks(_ paths: [String], of node: Node, with other: Node) async throws(Refusal) -> Set<String> {
        _ = try on(other)
        return try await on(node).sharedDisks(paths, of: node, with: other)
    }

    func imageCopies(on node: Node) async throws(Refusal) -> [ObservedCopy] {
        try await on(node).imageCopies(on: node)
    }

    func refusedVNIs(of segments: [Segment], on node: Node) async throws(Refusal) -> Set<Int> {
        try await on(node).refusedVNIs(of: segments, on: node)
    }

    func found(_ copies: [HeldCopy], on node: Node) async throws(Refusal) -> Set<VolumeName> {
        try await on(node).found(copies, on: node)
    }

    func disk(at path: String, on node: Node) async throws(Refusal) -> HostDisk {
        try await on(node).disk(at: path, on: node)
    }

    func scheduler(of machine: String, on node: Node) async throws(Refusal) -> SchedulerReading {
        try await on(node).scheduler(of: machine, on: node)
    }

    func perform(
        _ step: Step, of operation: OperationID, on node: Node, progress: StepProgress
    ) async throws(Refusal) -> StepOutcome {
        try await on(node).perform(step, of: operation, on: node, progress: progress)
    }

    func undo(_ step: Step, of operation: OperationID, on node: Node) async throws(Refusal) {
        try await on(node).undo(step, of: operation, on: node)
    }
}
