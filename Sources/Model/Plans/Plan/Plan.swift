/// All actions of an operation, decided in advance: steps, their hosts and order, and the changes of records.
package struct Plan: Sendable, Equatable, Codable {
    /// The number of segments that one host makes, or of proofs that it runs, concurrently: each mostly waits,
    /// a proof for a frame that a stack sends every few seconds.
    package static let atOnce = 4

    /// The treatment of an operation that failed, or that the server's end interrupted.
    package enum Recovery: String, Sendable, Codable {
        /// Undo everything.
        case undo
        /// Nothing can be undone: repeat the steps after a crash, and keep their effects after a failure.
        case resume
    }

    /// Name of the service that requested it.
    package let service: String
    package let subject: Subject
    package let steps: [Step]
    /// Assigns steps to hosts and says which may run in parallel, in the order of stages. Each step is in
    /// exactly one lane.
    package let lanes: [Lane]
    /// Whether every link of its network is proven when all steps are done.
    package let provesNetwork: Bool
    package let recovery: Recovery
    /// The first stage past the point of no return: once all stages before it are done, the rest is finished,
    /// or left as it is after a failure. `nil` if there is none.
    package let settles: Int?
    /// Recorded together with the operation's begin, its success, or the end of its undo.
    package let atBegin: [RecordChange]
    package let onSuccess: [RecordChange]
    package let onFailure: [RecordChange]
    /// Its needs of hosts' memory.
    package let memory: [MemoryNeed]
    /// Notes about its hosts that do not prevent it; for people.
    package let notes: [String]

    /// - Parameter work: its steps, with their hosts and their order.
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
    /// Steps that run one after the other on one host. Lanes of one stage run in parallel; a stage begins when
    /// the preceding one is done.
    package struct Lane: Sendable, Equatable, Codable {
        package let host: Host
        package let stage: Int
        package let phase: Phase
        /// Indices in the plan's steps.
        package let steps: Range<Int>
    }

    /// The unit by which a lane's time is reported.
    package enum Phase: Sendable, Hashable, Codable, CustomStringConvertible {
        /// A whole stage, by its purpose in one word.
        case stage(String)
        /// Each of its steps separately.
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

    /// Whether its lanes cover each step exactly once. A decoded plan is checked before it is carried out.
    package var isWhole: Bool {
        let ranges = lanes.map(\.steps).sorted { $0.lowerBound < $1.lowerBound }
        var next = 0
        for range in ranges {
            guard !range.isEmpty, range.lowerBound == next else { return false }
            next = range.upperBound
        }
        return next == steps.count
    }

    /// `nil` if the plan has no such step.
    package func lane(of step: Int) -> Lane? { lanes.first { $0.steps.contains(step) } }

    /// Whether it moves a machine to another host.
    package var movesMachines: Bool {
        steps.contains { if case .moveMachine = $0 { true } else { false } }
    }

    /// The machines and link parts that are abandoned when it succeeds.
    package var abandoned: [Abandoned] {
        onSuccess.compactMap { if case .abandon(let one) = $0 { one } else { nil } }
    }

    /// Names of all hosts that its steps touch.
    package var hostNames: Set<String> { Set(lanes.map(\.host.name)) }
}

extension [Plan.Lane] {
    /// The purposes of a stage's lanes, each once, in their order.
    package var phases: [String] {
        reduce(into: []) { phases, lane in
            if case .stage(let name) = lane.phase, !phases.contains(name) { phases.append(name) }
        }
    }
}
