package import FoundationEssentials

/// One change of the world: its plan and where it stands.
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

    package var id: OperationID
    package var plan: Plan
    package var state: State
    /// Index of the step that was begun last; -1 before the first.
    package var begun: Int
    /// How many steps are done.
    package var done: Int
    /// While undoing: the step to undo next; those behind it are undone.
    package var undoNext: Int?
    package var failure: Refusal?
    /// While stuck: why a step could not be undone.
    package var stuckOn: Refusal?
    package var started: Date
    package var ended: Date?

    package init(id: OperationID, plan: Plan, started: Date) {
        self.id = id
        self.plan = plan
        self.started = started
        state = .running
        begun = -1
        done = 0
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
    /// The one place that knows every legal transition.
    ///
    /// - Throws: `internalError` for an entry that cannot follow; the operation is then unchanged.
    package mutating func apply(_ entry: JournalEntry, at time: Date) throws(Refusal) {
        switch (state, entry) {
        case (.running, .began(let step)) where step == done && plan.steps.indices.contains(step): begun = step
        case (.running, .did(let step)) where step == begun && step == done: done = step + 1
        case (.running, .succeeded) where done == plan.steps.count: end(.succeeded, time)
        case (.running, .failing(let refusal)):
            failure = refusal
            state = .undoing
            undoNext = begun
        case (.undoing, .undid(let step)) where step == undoNext: undoNext = step - 1
        case (.undoing, .failed) where undoNext == -1 || plan.recovery == .resume: end(.failed, time)
        case (.undoing, .stuck(let refusal)):
            stuckOn = refusal
            state = .stuck
        case (.stuck, .retried):
            stuckOn = nil
            state = .undoing
        case (.stuck, .accepted): end(.failed, time)
        default:
            throw Refusal(.internalError, "operation \(id.text) is \(state.rawValue): \(entry) cannot follow")
        }
    }

    /// Whether it is stuck because its host did not answer, so that it can go on by itself when the host does.
    package var isStuckOnSilence: Bool {
        state == .stuck && [.nodeUnreachable, .timedOut].contains(stuckOn?.code)
    }

    /// Why it failed, for who waits for it: while stuck, also what could not be undone and what now.
    package var refusal: Refusal {
        let cause = failure ?? Refusal(.internalError, "the operation failed")
        guard state == .stuck, let stuckOn else { return cause }
        let step = undoNext.flatMap { plan.steps.indices.contains($0) ? plan.steps[$0].name : nil } ?? "a step"
        let next =
            isStuckOnSilence
            ? "it is undone when the host answers again, or now by resolving the operation with retry"
            : "resolve the operation with retry or accept"
        return Refusal(
            .operationStuck, "\(cause.reason); undoing \(step) failed too: \(stuckOn.reason); \(next)",
            detail: stuckOn.detail, field: cause.field, value: cause.value)
    }

    private mutating func end(_ state: State, _ time: Date) {
        self.state = state
        ended = time
    }

    /// What the store records together with an entry.
    package func changes(with entry: JournalEntry, at time: Date) -> [RecordChange] {
        switch entry {
        case .did(let step):
            guard case .sendImage(let send) = plan.steps[step] else { return [] }
            return [
                .imageIsOnNode(
                    .init(node: plan.node.name, digest: send.file.digest, volume: send.volume, lastUsed: time))
            ]
        case .succeeded: return plan.onSuccess
        case .failed, .accepted: return plan.onFailure
        case .began, .failing, .undid, .stuck, .retried: return []
        }
    }
}
