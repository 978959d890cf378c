internal import Synchronization

/// Limits how long callers wait for a host. The work for which they waited continues without them.
enum Patience {
    /// Returns the task's value, or `nil` if the task takes longer than the limit.
    static func wait<Value: Sendable>(_ limit: Duration, for task: Task<Value, Never>) async -> Value? {
        let first = First<Value>()
        let alarm = Task {
            try? await Task.sleep(for: limit)
            if !Task.isCancelled { first.set(nil) }
        }
        Task { first.set(await task.value) }
        let value = await withCheckedContinuation { first.wait($0) }
        alarm.cancel()
        return value
    }

    /// Passes the first of two values to its single waiter.
    private final class First<Value: Sendable>: Sendable {
        private enum State {
            case empty
            case waiting(CheckedContinuation<Value?, Never>)
            case set(Value?)
            case taken
        }

        private let state = Mutex(State.empty)

        func wait(_ continuation: CheckedContinuation<Value?, Never>) {
            let early: Value?? = state.withLock { state in
                guard case .set(let value) = state else {
                    state = .waiting(continuation)
                    return nil
                }
                state = .taken
                return .some(value)
            }
            if let early { continuation.resume(returning: early) }
        }

        func set(_ value: Value?) {
            let waiting: CheckedContinuation<Value?, Never>? = state.withLock { state in
                switch state {
                case .empty:
                    state = .set(value)
                    return nil
                case .waiting(let continuation):
                    state = .taken
                    return continuation
                case .set, .taken: return nil
                }
            }
            waiting?.resume(returning: value)
        }
    }
}
