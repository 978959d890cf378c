package import Model

/// Records events and wakes who waits for the next one.
package actor EventBook {
    private let store: any Store
    private var listeners: [Int: AsyncStream<Void>.Continuation] = [:]
    private var count = 0
    /// Most callers that wait at a time.
    private let most: Int

    package init(store: any Store, most: Int = 256) {
        self.store = store
        self.most = most
    }

    /// How many callers wait.
    var waiting: Int { listeners.count }

    /// - Throws: `storeFailed`.
    func note(_ events: [HostEvent]) async throws(Refusal) {
        guard !events.isEmpty else { return }
        try await store.note(events)
        for listener in listeners.values { listener.yield() }
    }

    /// Events with a higher number, oldest first; when there are none yet, waits for one. Of too many who wait, the one
    /// that has waited longest is answered early.
    ///
    /// - Parameters:
    ///   - patience: how long to wait; what comes back may be empty.
    ///   - newest: whether the limit leaves out the oldest, instead of the newest.
    /// - Throws: `storeFailed`.
    package func events(
        after number: Int64, host: String?, limit: Int, patience: Duration, newest: Bool = false
    ) async throws(Refusal) -> [HostEvent] {
        // Before the first look, so that nothing recorded between a look and the wait is missed.
        let (news, listener) = AsyncStream<Void>.makeStream(bufferingPolicy: .bufferingNewest(1))
        count += 1
        let ticket = count
        if listeners.count >= most, let oldest = listeners.keys.min() {
            listeners.removeValue(forKey: oldest)?.finish()
        }
        listeners[ticket] = listener
        let alarm = Task {
            try? await Task.sleep(for: patience)
            listener.finish()
        }
        defer {
            alarm.cancel()
            listeners[ticket] = nil
        }
        var iterator = news.makeAsyncIterator()
        repeat {
            let found = try await store.events(after: number, host: host, limit: limit, newest: newest)
            if !found.isEmpty { return found }
        } while await iterator.next(isolation: self) != nil
        return []
    }
}
