package import FoundationEssentials

/// What will be done, whole, before anything is: steps in order, all on one host, and what the store records of it.
package struct Plan: Sendable, Equatable, Codable {
    /// What becomes of an operation that failed, or that the server's end interrupted.
    package enum Recovery: String, Sendable, Codable {
        /// Take everything back.
        case undo
        /// Nothing to take back: repeat the steps after a crash, and leave them as they are after a failure.
        case resume
    }

    package var service: String
    package var node: Node
    /// Empty where it concerns no machine but the host itself.
    package var machine: String
    package var steps: [Step]
    package var recovery: Recovery
    /// Recorded together with the operation's begin, its success, or the end of its undo.
    package var atBegin: [RecordChange]
    package var onSuccess: [RecordChange]
    package var onFailure: [RecordChange]

    package init(
        service: String, node: Node, machine: String, steps: [Step], recovery: Recovery, atBegin: [RecordChange] = [],
        onSuccess: [RecordChange] = [], onFailure: [RecordChange] = []
    ) {
        self.service = service
        self.node = node
        self.machine = machine
        self.steps = steps
        self.recovery = recovery
        self.atBegin = atBegin
        self.onSuccess = onSuccess
        self.onFailure = onFailure
    }
}

extension Plan {
    /// The machine it concerns; `nil` when it is about the host itself.
    package var concernedMachine: String? { machine.isEmpty ? nil : machine }
}

/// One change of what the store remembers; a list of them is applied whole or not at all.
package enum RecordChange: Sendable, Equatable, Codable {
    case insertNode(Node)
    case removeNode(String)
    /// `since` is `nil` when the maintenance is over.
    case setMaintenance(node: String, since: Date?)
    case insertMachine(Machine)
    case removeMachine(MachineID)
    case setAsked(MachineID, Machine.Asked, startedAt: Date?)
    /// What was asked of its scheduler, under the hypervisor's own names; the others stay.
    case setScheduler(MachineID, [String: ParameterValue])
    case imageIsOnNode(ImageOnNode)
    /// It is used from now on: refused as `imageNotOnHost` when it has left meanwhile.
    case imageIsNeeded(ImageOnNode, at: Date)
    /// It was used until now, if it is there.
    case imageWasUsed(node: String, Digest, at: Date)
    /// It is about to be removed: refused as `imageInUse` while a machine is made from it, or an unfinished operation
    /// needs its volume.
    case imageLeaves(SweptCopy, node: String)
    case imageLeftNode(node: String, Digest)
}
