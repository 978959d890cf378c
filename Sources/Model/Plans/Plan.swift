package import FoundationEssentials

/// What will be done, whole, before anything is: steps, where and in which order, and what the store records of it.
package struct Plan: Sendable, Equatable, Codable {
    /// What becomes of an operation that failed, or that the server's end interrupted.
    package enum Recovery: String, Sendable, Codable {
        /// Take everything back.
        case undo
        /// Nothing to take back: repeat the steps after a crash, and leave them as they are after a failure.
        case resume
    }

    package var service: String
    /// The host of every step, unless lanes say otherwise.
    package var node: Node
    /// The machine it concerns; empty for a plan that concerns a network, or the host itself.
    package var machine: String
    package var steps: [Step]
    /// Which steps go where, and which may run side by side; `nil` when all go one after the other on ``node``.
    package var lanes: [Lane]?
    /// The virtual network it concerns.
    package var network: String?
    /// The machines of that network, and where one is on its way to: no other operation touches them meanwhile.
    package var members: [MachineOnNode]?
    /// A virtual network whose every link has been proven when all steps are done, by name.
    package var proves: String?
    package var recovery: Recovery
    /// The stage from which on nothing is taken back: once all before it is done, what is left is finished, or stays as
    /// it is after a failure. `nil`: none.
    package var settles: Int?
    /// Recorded together with the operation's begin, its success, or the end of its undo.
    package var atBegin: [RecordChange]
    /// What it counts on of hosts' memory.
    package var memory: [MemoryNeed]?
    package var onSuccess: [RecordChange]
    package var onFailure: [RecordChange]
    /// What is worth knowing of its hosts, and does not stand in its way; for people.
    package var notes: [String]?

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
    /// Steps that go one after the other on one host. Lanes of one stage run side by side; a stage begins when the one
    /// before it is done.
    package struct Lane: Sendable, Equatable, Codable {
        package var node: Node
        package var stage: Int
        /// What the stage is for, in one word; for people.
        package var phase: String
        /// Indices in the plan's steps. Together the lanes hold each step once.
        package var steps: Range<Int>

        package init(node: Node, stage: Int, phase: String = "", steps: Range<Int>) {
            self.node = node
            self.stage = stage
            self.phase = phase
            self.steps = steps
        }
    }

    /// Every lane, in the order of stages.
    package var allLanes: [Lane] { lanes ?? [Lane(node: node, stage: 0, steps: steps.indices)] }

    /// The lanes by stage, in order.
    package var stages: [[Lane]] {
        Dictionary(grouping: allLanes, by: \.stage).sorted { $0.key < $1.key }.map(\.value)
    }

    /// Whether its lanes are of its steps, each once. One that was read is asked before it is carried out.
    package var isWhole: Bool {
        guard let lanes else { return true }
        let ranges = lanes.map(\.steps).sorted { $0.lowerBound < $1.lowerBound }
        var next = 0
        for range in ranges where !range.isEmpty {
            guard range.lowerBound == next else { return false }
            next = range.upperBound
        }
        return next == steps.count && ranges.allSatisfy { 0...next ~= $0.lowerBound && 0...next ~= $0.upperBound }
    }

    package func lane(of step: Int) -> Lane {
        allLanes.first { $0.steps.contains(step) } ?? Lane(node: node, stage: 0, steps: steps.indices)
    }

    /// Whether a machine changes its host by it.
    package var movesMachines: Bool {
        steps.contains { if case .moveMachine = $0 { true } else { false } }
    }

    /// What is given up when it succeeds.
    package var abandoned: [Abandoned] {
        onSuccess.compactMap { if case .abandon(let one) = $0 { one } else { nil } }
    }

    /// The machine it concerns; `nil` when it is about a network, or the host itself.
    package var concernedMachine: String? { machine.isEmpty ? nil : machine }

    /// Every host that a step of it touches, by name.
    package var nodeNames: Set<String> { Set(allLanes.map(\.node.name)) }
}

extension [Plan.Lane] {
    /// What a stage's lanes are for, each once, in their order.
    package var phases: [String] {
        reduce(into: []) { phases, lane in if !phases.contains(lane.phase) { phases.append(lane.phase) } }
    }
}

/// A machine by its name and its host's.
package struct MachineOnNode: Sendable, Hashable, Codable {
    package var node: String
    package var machine: String

    package init(node: String, machine: String) {
        self.node = node
        self.machine = machine
    }
}

/// One change of what the store remembers; a list of them is applied whole or not at all.
package enum RecordChange: Sendable, Equatable, Codable {
    case insertNode(Node)
    case removeNode(String)
    /// The record of a host that is there; that it is in maintenance, or was shut down, stays.
    case replaceNode(Node)
    /// `since` is `nil` when the maintenance is over.
    case setMaintenance(node: String, since: Date?)
    /// `nil` when it is on, or stays on.
    case setShutdown(node: String, NodeShutdown?)
    /// It was seen that a host that was being shut down is gone.
    case wentDown(node: String)
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
    case insertNetwork(VirtualNetwork)
    /// Refused as `networkChanged` unless what is recorded is `was`, where that is given.
    case replaceNetwork(VirtualNetwork, was: VirtualNetwork?)
    /// The record of a machine that is there.
    case replaceMachine(Machine)
    case removeNetwork(String)
    /// It is given up; its own records go by changes of their own.
    case abandon(Abandoned)
    /// It was seen again, or with `nil` is not where it was seen any more.
    case abandonedSeen(String, Abandoned.Sighting?)
    /// By id: it was ended, adopted, or is not to be remembered any more.
    case forgetAbandoned([String])
    /// A network was proven. Nothing is recorded unless it is still as it was, where that is given. What is known of a
    /// network goes when it is replaced or removed.
    case verified(network: String, Verification, was: VirtualNetwork?)
    /// Its last proof says nothing of these links any more.
    case doubt(network: String, links: [String])
}
