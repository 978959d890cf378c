package import FoundationEssentials

/// What is told of an operation: what it is about, and where it stands. Without its plan, which may be large.
package struct OperationSummary: Sendable, Equatable {
    package var id: OperationID
    package var service: String
    package var subject: Subject
    package var state: Operation.State
    /// Name of the last step, in the plan's order, that was begun.
    package var step: String?
    /// How many steps were done, and how many there are.
    package var done: Int
    package var total: Int
    /// Why it failed, for who waits for it; while it is stuck, also what now. `nil` for one that did not.
    package var refusal: Refusal?
    package var started: Date
    package var ended: Date?

    package init(
        id: OperationID, service: String, subject: Subject, state: Operation.State, step: String?, done: Int,
        total: Int, refusal: Refusal?, started: Date, ended: Date?
    ) {
        self.id = id
        self.service = service
        self.subject = subject
        self.state = state
        self.step = step
        self.done = done
        self.total = total
        self.refusal = refusal
        self.started = started
        self.ended = ended
    }

    package init(_ operation: Operation) {
        let plan = operation.plan
        self.init(
            id: operation.id, service: plan.service, subject: Subject(plan.subject), state: operation.state,
            step: operation.begun.flatMap { plan.name(of: $0) }, done: operation.done,
            total: plan.steps.count, refusal: operation.failure == nil ? nil : operation.refusal,
            started: operation.started, ended: operation.ended)
    }
}

extension OperationSummary {
    /// What an operation is about, by name. Machines of a network, which may be many, are not told.
    package enum Subject: Sendable, Equatable {
        case machine(name: String, host: String)
        case network(name: String)
        case host(name: String)

        package init(_ subject: Plan.Subject) {
            self =
                switch subject {
                case .machine(let name, let host): .machine(name: name, host: host)
                case .network(let name, _): .network(name: name)
                case .host(let name): .host(name: name)
                }
        }
    }
}

extension Plan {
    /// The name of a step; `nil` where there is none.
    package func name(of step: Int) -> String? { steps.indices.contains(step) ? steps[step].name : nil }
}
