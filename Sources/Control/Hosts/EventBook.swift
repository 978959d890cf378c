package import Model

/// Records events and wakes the waiters.
package actor EventBook {
    private let store: any Store
    /// Comes with each event. Unlike ``events(after:host:limit:patience:newest:)``, any number of readers may wait for it.
    nonisolated let news = News()
    private var listeners: [Int: AsyncStream<Void>.Continuation] = [:]
    private var count = 0
    /// The maximum number of concurrent waiters.
    private let most: Int

    package init(store: any Store, most: Int = 256) {
        self.store = store
        self.most = most
    }

    /// The number of callers that wait for an event.
    var waiting: Int { listeners.count }

    /// - Throws: `storeFailed`.
    func note(_ events: [HostEvent]) async throws(Refusal) {
        guard !events.isEmpty else { return }
        try await store.note(events)
        wakeAll()
    }

    /// Wakes the waiters: events may have been recorded.
    func wakeAll() {
        for listener in listeners.values { listener.yield() }
        news.came()
    }

    /// Events with a number higher than `number`, oldest first; if there are none yet, waits for one. With too many
    /// waiters, the one that has waited longest is answered early.
    ///
    /// - Parameters:
    ///   - patience: how long to wait; the result may then be empty.
    ///   - newest: whether the limit cuts off the oldest events instead of the newest.
    /// - Throws: `storeFailed`.
    package func events(
        after number: Int64, host: String?, limit: Int, patience: Duration, newest: Bool = false
    ) async throws(Refusal) -> [HostEvent] {
        guard patience > .zero else {
            return try await store.events(after: number, host: host, limit: limit, newest: newest)
        }
        // Registered before the first read, so that an event recorded between a read and the wait is not missed.
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
