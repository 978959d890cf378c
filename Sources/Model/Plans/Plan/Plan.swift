/// What will be done, whole, before anything is: steps, where and in which order, and what the store records of it.
package struct Plan: Sendable, Equatable, Codable {
    /// How many segments one host makes, or proofs it carries out, at the same time: each waits most of its time, a proof for
    /// what a stack sends every few seconds.
    package static let atOnce = 4

    /// What becomes of an operation that failed, or that the server's end interrupted.
    package enum Recovery: String, Sendable, Codable {
        /// Take everything back.
        case undo
        /// Nothing to take back: repeat the steps after a crash, and leave them as they are after a failure.
        case resume
    }

    package let service: String
    package let subject: Subject
    package let steps: [Step]
    /// Which steps go where, and which may run side by side, in the order of stages. Together they hold each step once.
    package let lanes: [Lane]
    /// Whether every link of its network has been proven when all steps are done.
    package let provesNetwork: Bool
    package let recovery: Recovery
    /// The stage from which on nothing is taken back: once all before it is done, what is left is finished, or stays as
    /// it is after a failure. `nil`: none.
    package let settles: Int?
    /// Recorded together with the operation's begin, its success, or the end of its undo.
    package let atBegin: [RecordChange]
    package let onSuccess: [RecordChange]
    package let onFailure: [RecordChange]
    /// What it counts on of hosts' memory.
    package let memory: [MemoryNeed]
    /// What is worth knowing of its hosts, and does not stand in its way; for people.
    package let notes: [String]

    /// - Parameter work: its steps, with the hosts and the order in which they are done.
    package init(
        service: String, subject: Subject, _ work: StagedSteps, recovery: Recovery, settles: Int? = nil,
        provesNetwork: Bool = false, atBegin: [RecordChange] = [], onSuccess: [RecordChange] = [],
        onFailure: [RecordChange] = [], memory: [MemoryNeed] = [], notes: [String] = []
    ) {
        self.service = service
        self.subject = subject
        steps = work.steps
        lanes = work.lanes
        self.provesNetwork = provesNetwork
        self.recovery = recovery
        self.settles = settles
        self.atBegin = atBegin
        self.onSuccess = onSuccess
        self.onFailure = onFailure
        self.memory = memory
        self.notes = notes
    }
}

extension Plan {
    /// Steps that go one after the other on one host. Lanes of one stage run side by side; a stage begins when the one
    /// before it is done.
    package struct Lane: Sendable, Equatable, Codable {
        package let host: Host
        package let stage: Int
        package let phase: Phase
        /// Indices in the plan's steps.
        package let steps: Range<Int>
    }

    /// Of what a lane is a part when its time is told.
    package enum Phase: Sendable, Hashable, Codable, CustomStringConvertible {
        /// Of a stage, by what the stage is for, in one word.
        case stage(String)
        /// Each of its steps is told by itself.
        case eachStep

        package var description: String {
            switch self {
            case .stage(let name): name
            case .eachStep: "each step"
            }
        }
    }

    /// The lanes by stage, in order.
    package var stages: [[Lane]] {
        Dictionary(grouping: lanes, by: \.stage).sorted { $0.key < $1.key }.map(\.value)
    }

    /// Whether its lanes are of its steps, each once. One that was read is asked before it is carried out.
    package var isWhole: Bool {
        let ranges = lanes.map(\.steps).sorted { $0.lowerBound < $1.lowerBound }
        var next = 0
        for range in ranges {
            guard !range.isEmpty, range.lowerBound == next else { return false }
            next = range.upperBound
        }
        return next == steps.count
    }

    /// `nil` for a step that it has not.
    package func lane(of step: Int) -> Lane? { lanes.first { $0.steps.contains(step) } }

    /// Whether a machine changes its host by it.
    package var movesMachines: Bool {
        steps.contains { if case .moveMachine = $0 { true } else { false } }
    }

    /// What is given up when it succeeds.
    package var abandoned: [Abandoned] {
        onSuccess.compactMap { if case .abandon(let one) = $0 { one } else { nil } }
    }

    /// Every host that a step of it touches, by name.
    package var hostNames: Set<String> { Set(lanes.map(\.host.name)) }
}

extension [Plan.Lane] {
    /// What a stage's lanes are for, each once, in their order.
    package var phases: [String] {
        reduce(into: []) { phases, lane in
            if case .stage(let name) = lane.phase, !phases.contains(name) { phases.append(name) }
        }
    }
}
