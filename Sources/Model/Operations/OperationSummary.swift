package import FoundationEssentials

/// The public part of an operation: its subject and its progress, without its plan, which may be large.
package struct OperationSummary: Sendable, Equatable {
    package var id: OperationID
    package var service: String
    package var subject: Subject
    package var state: Operation.State
    /// Name of the last step, in the plan's order, that was begun.
    package var step: String?
    /// Number of steps that were done, and number of all steps.
    package var done: Int
    package var total: Int
    /// The reason for its failure, for its waiters; while it is stuck, also the remedy. `nil` if it did not
    /// fail.
    package var refusal: Refusal?
    package var started: Date
    package var ended: Date?
    /// What rights on it depend on: those of its subject when it began.
    package var access = Rights.Object.server

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

extension Fleet {
    /// What rights on an operation with this plan depend on, when it begins.
    package func access(of plan: Plan) -> Rights.Object {
        let present = access(of: plan.subject)
        guard present == .server else { return present }
        // What the plan creates is not recorded yet.
        for case .insertNetwork(let network) in plan.atBegin { return network.access }
        for case .insertMachine(let machine) in plan.atBegin { return access(of: machine) }
        return .server
    }

    /// What rights on an operation with this subject depend on; the server if its object is not recorded.
    package func access(of subject: Plan.Subject) -> Rights.Object {
        switch subject {
        case .host: .server
        case .machine(let name, let host):
            machines(named: name).first { $0.host == host }.map { access(of: $0) } ?? .server
        case .network(let name, _): network(named: name)?.access ?? .server
        }
    }
}

extension OperationSummary {
    /// The subject of an operation, by name. A network's machines, which may be many, are left out.
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
    /// The name of a step; `nil` if the plan has no such step.
    package func name(of step: Int) -> String? { steps.indices.contains(step) ? steps[step].name : nil }
}
