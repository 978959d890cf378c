/// An operation that has not ended, with its subject and its claims. It has no plan, which may be large,
/// because a check for conflicts visits all unfinished operations.
package struct UnfinishedOperation: Sendable, Equatable {
    package var id: OperationID
    package var service: String
    package var state: Operation.State
    package var subject: Plan.Subject
    /// Every host that one of its steps touches.
    package var hostNames: Set<String>
    /// Machines that it creates.
    package var making: Set<MachineID> = []
    /// Machines that it moves to another host.
    package var moving: Set<MachineID> = []
    /// Whether it shuts a host down.
    package var shutsHostDown = false
    /// Whether it is stuck because its host did not answer.
    package var isStuckOnUnreachableHost = false
    private var sent: [String: [Digest: Set<String>]] = [:]
    private var volumes: Set<VolumeName> = []
    private var paths: Set<String> = []

    /// An operation about which nothing else is known.
    package init(
        id: OperationID, service: String, state: Operation.State, subject: Plan.Subject, hostNames: Set<String>
    ) {
        self.id = id
        self.service = service
        self.state = state
        self.subject = subject
        self.hostNames = hostNames
    }

    package init(_ operation: Operation) {
        let plan = operation.plan
        self.init(
            id: operation.id, service: plan.service, state: operation.state, subject: plan.subject,
            hostNames: plan.hostNames)
        isStuckOnUnreachableHost = operation.isStuckOnUnreachableHost
        for case .insertMachine(let machine) in plan.atBegin { making.insert(machine.id) }
        for lane in plan.lanes {
            for step in plan.steps[lane.steps] { take(step, on: lane.host.name) }
        }
    }

    private mutating func take(_ step: Step, on host: String) {
        switch step {
        case .powerOff: shutsHostDown = true
        case .moveMachine(let move): moving.insert(move.machine.id)
        case .sendImage(let send):
            sent[send.image, default: [:]][send.file.digest, default: []].insert(host)
            volumes.insert(send.volume)
        case .createDisk(let disk):
            if let backing = disk.backing { paths.insert(backing.path) }
        case .defineMachine(let spec):
            if case .kernel(let kernel, let initrd, _) = spec.boot { paths.formUnion([kernel, initrd]) }
            paths.formUnion(spec.disks.map(\.path))
        default: break
        }
    }

    /// Takes over the operation's current state; its subject stays as it was at its start.
    package mutating func follow(_ operation: Operation) {
        state = operation.state
        isStuckOnUnreachableHost = operation.isStuckOnUnreachableHost
    }

    /// Whether it is in progress, and not stuck.
    package var isInProgress: Bool { state != .stuck }

    /// Whether its execution, or its outcome, needs the copy of an image's file in this volume.
    package func needs(_ volume: VolumeName) -> Bool {
        volumes.contains(volume) || paths.contains { $0.hasSuffix("/" + volume.name) }
    }

    /// Hosts to which it sends a file of this version of an image, by name.
    package func receivers(of image: Image) -> Set<String> {
        image.files.reduce(into: []) { $0.formUnion(sent[image.name]?[$1.digest] ?? []) }
    }
}
