/// An operation that has not ended: what it is, and what it keeps others from. Without its plan, which may be large: whoever
/// looks for what is going on looks at all of them.
package struct UnfinishedOperation: Sendable, Equatable {
    package var id: OperationID
    package var service: String
    package var state: Operation.State
    package var subject: Plan.Subject
    /// Every host that a step of it touches.
    package var hostNames: Set<String>
    /// Machines that it makes.
    package var making: Set<MachineID> = []
    /// Machines that change their host by it.
    package var moving: Set<MachineID> = []
    /// Whether a host is shut down by it.
    package var switchesOff = false
    /// Whether it is stuck because its host did not answer.
    package var isStuckOnSilence = false
    private var sent: [String: [Digest: Set<String>]] = [:]
    private var volumes: Set<VolumeName> = []
    private var paths: Set<String> = []

    /// One of which no more is known.
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
        isStuckOnSilence = operation.isStuckOnSilence
        for case .insertMachine(let machine) in plan.atBegin { making.insert(machine.id) }
        for lane in plan.lanes {
            for step in plan.steps[lane.steps] { take(step, on: lane.host.name) }
        }
    }

    private mutating func take(_ step: Step, on host: String) {
        switch step {
        case .powerOff: switchesOff = true
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

    /// Takes over where it stands now; what it is about stays as it was when it began.
    package mutating func follow(_ operation: Operation) {
        state = operation.state
        isStuckOnSilence = operation.isStuckOnSilence
    }

    /// Whether it is going on, and not stuck.
    package var goesOn: Bool { state != .stuck }

    /// Whether carrying it out, or its outcome, needs the copy of an image's file in this volume.
    package func needs(_ volume: VolumeName) -> Bool {
        volumes.contains(volume) || paths.contains { $0.hasSuffix("/" + volume.name) }
    }

    /// Hosts to which it sends a file of this version of an image, by name.
    package func receivers(of image: Image) -> Set<String> {
        image.files.reduce(into: []) { $0.formUnion(sent[image.name]?[$1.digest] ?? []) }
    }
}
