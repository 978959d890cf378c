package import Model
internal import Synchronization

/// Follows an operation until it ends, or is stuck.
package final class OperationFeed: Sendable {
    package enum State: Sendable {
        case changed(OperationBook.Entry)
        /// Nothing has changed for as long as the reader waited.
        case unchanged
        /// After the last state, and once it was stopped.
        case over
    }

    private struct Known {
        var last: OperationSummary?
        var time = ContinuousClock.now
        var isStopped = false
    }

    private let with: ControlContext
    private let id: String
    private let known = Mutex(Known())
    /// How often the progress of a step is reported.
    private static let pace = Duration.milliseconds(250)
    /// How often an operation without progress is looked at, whatever was noticed.
    private static let rest = Duration.seconds(5)

    package init(_ context: ControlContext, _ id: String) { (with, self.id) = (context, id) }

    /// The operation's present state: at once for the first call, and otherwise after a change of its state or step, or
    /// while a step reports its progress.
    ///
    /// - Throws: `operationNotFound`, `storeFailed`.
    package func next(within patience: Duration) async throws(Refusal) -> State {
        let (news, end) = (with.operations.news, ContinuousClock.now + patience)
        while !known.withLock({ $0.isStopped || $0.last?.state.isLasting ?? false }) {
            let count = news.count
            let entry = try await OperationBook(with).operation(id)
            let isDue = known.withLock { known in
                let isNew = known.last != entry.operation
                guard isNew || entry.hasProgress && ContinuousClock.now - known.time >= Self.pace else { return false }
                (known.last, known.time) = (entry.operation, .now)
                return true
            }
            if isDue { return .changed(entry) }
            let left = ContinuousClock.now.duration(to: end)
            guard left > .zero, !Task.isCancelled else { return .unchanged }
            await news.wait(atMost: min(left, entry.hasProgress ? Self.pace : Self.rest)) {
                news.count != count || Task.isCancelled || known.withLock(\.isStopped)
            }
        }
        return .over
    }

    /// Ends ``next(within:)``.
    package func stop() {
        known.withLock { $0.isStopped = true }
        with.operations.news.came()
    }
}

extension Operation.State {
    /// Whether the operation stays in this state by itself.
    fileprivate var isLasting: Bool { isOver || self == .stuck }
}

extension OperationBook.Entry {
    fileprivate var hasProgress: Bool { progress?.bytes != nil || progress?.copying != nil }
}
