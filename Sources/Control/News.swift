internal import Synchronization

/// Wakes callers that wait for something new.
final class News: Sendable {
    private struct State {
        var count = 0
        var tickets = 0
        var waiting: [Int: AsyncStream<Void>.Continuation] = [:]
    }

    private let state = Mutex(State())

    /// Waits for news, at most for `patience`.
    ///
    /// - Parameter isThere: whether there is something new already; it is called when no later news can be missed.
    func wait(atMost patience: Duration, unless isThere: () -> Bool) async {
        let (news, listener) = AsyncStream<Void>.makeStream(bufferingPolicy: .bufferingNewest(1))
        let ticket = state.withLock { state in
            state.tickets += 1
            state.waiting[state.tickets] = listener
            return state.tickets
        }
        defer { state.withLock { $0.waiting[ticket] = nil } }
        guard !isThere() else { return }
        let alarm = Task {
            try? await Task.sleep(for: patience)
            listener.finish()
        }
        defer { alarm.cancel() }
        for await _ in news { break }
    }

    /// How often news came.
    var count: Int { state.withLock { $0.count } }

    /// Wakes all callers that wait.
    func came() {
        let waiting = state.withLock { state in
            state.count += 1
            return Array(state.waiting.values)
        }
        for listener in waiting { listener.yield() }
    }
}
