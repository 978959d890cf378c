package import FoundationEssentials

/// A change of hosts and records: its plan and its progress.
///
///     running ──▶ succeeded
///        │
///        └──▶ undoing ──▶ failed
///                │  ▲
///                ▼  │ retry
///              stuck ──▶ failed (accepted)
package struct Operation: Sendable, Equatable, Codable {
    package enum State: String, Sendable, Codable, CaseIterable {
        case running, undoing, succeeded, failed, stuck

        package var isOver: Bool { self == .succeeded || self == .failed }
    }

    /// State of a step; the raw value is stored.
    package enum StepState: String, Sendable, Codable {
        case pending = "."
        case begun = "b"
        case done = "d"
        /// Undone after it was begun, or after it was done.
        case begunUndone = "u"
        case doneUndone = "v"

        /// Whether effects of the step may exist.
        package var stands: Bool { self == .begun || self == .done }
    }

    package var id: OperationID
    package var plan: Plan
    package var state: State
    /// The state of each step of the plan.
    package var steps: [StepState]
    package var failure: Refusal?
    /// While stuck: the reason why a step could not be undone.
    package var stuckOn: Refusal?
    package var started: Date
    package var ended: Date?

    package init(id: OperationID, plan: Plan, started: Date) {
        self.id = id
        self.plan = plan
        self.started = started
        state = .running
        steps = Array(repeating: .pending, count: plan.steps.count)
    }

    /// Index of the last step that was begun, in the plan's order; `nil` before the first.
    package var begun: Int? { steps.lastIndex { $0 != .pending } }

    /// Number of steps that were done.
    package var done: Int { steps.count { $0 == .done || $0 == .doneUndone } }

    /// While undoing: the last step whose effects may exist, which is undone next; `nil` if there is none.
    package var undoNext: Int? {
        state == .undoing || state == .stuck ? steps.lastIndex(where: \.stands) : nil
    }
}

/// One line of the journal. `began` is durable before the host is touched.
package enum JournalEntry: Sendable, Equatable, Codable {
    case began(Int)
    case did(Int)
    case succeeded
    case failing(Refusal)
    case undid(Int)
    case failed
    case stuck(Refusal)
    case retried
    case accepted
}

extension Operation {
    /// Applies a journal entry; no other code knows the legal transitions.
    ///
    /// - Throws: `internalError` for an illegal entry; the operation is then unchanged.
    package mutating func apply(_ entry: JournalEntry, at time: Date) throws(Refusal) {
        switch (state, entry) {
        case (.running, .began(let step)) where mayBegin(step): steps[step] = .begun
        case (.running, .did(let step)) where isStep(step, .begun): steps[step] = .done
        case (.running, .succeeded) where steps.allSatisfy({ $0 == .done }): end(.succeeded, time)
        case (.running, .failing(let refusal)):
            failure = refusal
            state = .undoing
        case (.undoing, .undid(let step)) where mayUndo(step):
            steps[step] = steps[step] == .done ? .doneUndone : .begunUndone
        case (.undoing, .failed) where recovery == .resume || !steps.contains(where: \.stands): end(.failed, time)
        case (.undoing, .stuck(let refusal)):
            stuckOn = refusal
            state = .stuck
        case (.stuck, .retried):
            stuckOn = nil
            // An operation past its point of no return continues forward.
            state = isSettled ? .running : .undoing
            if isSettled { failure = nil }
        case (.stuck, .accepted): end(.failed, time)
        default:
            throw Refusal(.internalError, "operation \(id.text) is \(state.rawValue): \(entry) cannot follow")
        }
    }

    private func isStep(_ step: Int, _ state: StepState) -> Bool {
        steps.indices.contains(step) && steps[step] == state
    }

    /// Whether the preceding step of its lane, and every step of earlier stages, is done.
    private func mayBegin(_ step: Int) -> Bool {
        guard isStep(step, .pending), let lane = plan.lane(of: step) else { return false }
        if step > lane.steps.lowerBound { return steps[step - 1] == .done }
        return plan.lanes.allSatisfy { $0.stage >= lane.stage || steps[$0.steps].allSatisfy { $0 == .done } }
    }

    /// Whether every later step on its host, in its lane and in later stages, is undone or was never begun.
    /// Hosts are undone in parallel: a host that does not answer delays no other.
    private func mayUndo(_ step: Int) -> Bool {
        guard steps.indices.contains(step), steps[step].stands, let lane = plan.lane(of: step) else { return false }
        return !steps[(step + 1)..<lane.steps.upperBound].contains(where: \.stands)
            && plan.lanes.allSatisfy { later in
                later.host.name != lane.host.name || later.stage <= lane.stage
                    || !steps[later.steps].contains(where: \.stands)
            }
    }

    /// Whether the operation is past its point of no return: every step that could be undone is done.
    package var isSettled: Bool {
        guard let settles = plan.settles else { return false }
        return plan.lanes.allSatisfy { $0.stage >= settles || steps[$0.steps].allSatisfy { $0 == .done } }
    }

    /// Whether a machine is on its new host according to the records.
    private var hasMoved: Bool {
        zip(plan.steps, steps).contains { step, state in
            if case .moveMachine = step { state == .done } else { false }
        }
    }

    /// The recovery if it fails now.
    package var recovery: Plan.Recovery { isSettled ? .resume : plan.recovery }

    /// Whether it is stuck because its host did not answer, so that it can resume by itself when the host
    /// answers.
    package var isStuckOnUnreachableHost: Bool {
        state == .stuck && stuckOn.map { Refusal.Code.silent.contains($0.code) } == true
    }

    /// The reason for its failure, for its waiters; while stuck, also the step that could not be undone, and
    /// the remedy.
    package var refusal: Refusal {
        var cause = failure ?? Refusal(.internalError, "the operation failed")
        if isSettled { cause.reason = settledWords(cause.reason) }
        guard state == .stuck, let stuckOn else { return cause }
        if isSettled {
            cause.code = .operationStuck
            return cause
        }
        let step = undoNext.flatMap { plan.name(of: $0) } ?? "a step"
        let then =
            isStuckOnUnreachableHost
            ? "it is undone when the host answers again, or now by resolving the operation with retry"
            : "resolve the operation with retry or accept"
        return Refusal(
            .operationStuck, cause.subject, "\(cause.reason); undoing \(step) failed too: \(stuckOn.reason); \(then)",
            detail: stuckOn.detail, value: cause.value)
    }

    /// The reason why it did not end completely, although the requested state is reached.
    private func settledWords(_ why: Refusal.Words) -> Refusal.Words {
        let done = plan.movesMachines ? "every machine is on its new host" : "the network is as requested"
        let then =
            if state != .stuck {
                plan.movesMachines ? "they stay" : "apply it again to remove the rest"
            } else if isStuckOnUnreachableHost {
                "they are removed when the host answers again, or now by resolving the operation with retry"
            } else {
                "resolve the operation with retry, or with accept to leave them there"
            }
        return "\(done), and proven; parts that are no longer needed could not all be removed: \(why); \(then)"
    }

    /// Parts of the operation that may still be on hosts although the records have none of them any more.
    private func left(at time: Date) -> [Abandoned] {
        let made = plan.atBegin.compactMap { if case .insertMachine(let machine) = $0 { machine } else { nil } }
        return steps.indices.filter { steps[$0].stands }.compactMap { index in
            plan.lane(of: index).flatMap { plan.steps[index].remains(on: $0.host.name, of: made, since: time) }
        }
    }

    private mutating func end(_ state: State, _ time: Date) {
        self.state = state
        ended = time
    }

    /// The changes of records that the store makes in the transaction of the entry.
    package func changes(with entry: JournalEntry, at time: Date) -> [RecordChange] {
        switch entry {
        case .did(let step):
            return plan.lane(of: step).map { plan.steps[step].recordsWhenDone(on: $0.host.name, at: time) } ?? []
        case .undid(let step): return plan.steps[step].recordsWhenUndone
        case .succeeded:
            let changes = plan.onSuccess.map { $0.made(at: time) }
            guard plan.provesNetwork, case .network(let name, _) = plan.subject else { return changes }
            return changes + [.verified(network: name, Verification(time: time), was: nil)]
        // After the point of no return, the records stay as they were at the begin, with the remains of parts
        // that were to be removed. They also stay if the caller accepts that a machine could not be moved back.
        case .failed: return isSettled || hasMoved ? [] : plan.onFailure
        case .accepted: return isSettled || hasMoved ? [] : plan.onFailure + left(at: time).map { .abandon($0) }
        case .began, .failing, .stuck, .retried: return []
        }
    }
}
