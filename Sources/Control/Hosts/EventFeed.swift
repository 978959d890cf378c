package import Model
internal import Synchronization

/// Follows the events that a caller may see.
package final class EventFeed: Sendable {
    fileprivate struct State {
        var with: ControlContext
        /// `nil` before the begin, for a reader of new events.
        var last: Int64?
        var isStopped = false
    }

    private let filter: EventFilter
    private let state: Mutex<State>
    private static let most = 200

    /// - Parameter number: the number of the last event that the reader knows; `nil` for new events only.
    package init(_ context: ControlContext, after number: Int64?, _ filter: EventFilter) {
        self.filter = filter
        state = Mutex(State(with: context, last: number))
    }

    /// The number of the last event that was looked at, whether or not the reader gets it.
    package var last: Int64 { state.withLock { $0.last ?? 0 } }

    /// Fixes the begin: later events are not missed.
    ///
    /// - Throws: `storeFailed`.
    package func begin() async throws(Refusal) {
        let stored = try await state.withLock(\.with).store.eventNumbers()
        state.withLock { $0.last = $0.last ?? stored?.upperBound ?? 0 }
    }

    /// Reads on with the present rights of its caller.
    ///
    /// - Returns: those of the items that the caller may see.
    package func act(for caller: Caller, _ items: [EventItem]) async throws(Refusal) -> [EventItem] {
        let with = state.withLock { state in
            state.with = state.with.acting(for: caller)
            return state.with
        }
        let events = items.compactMap { item in if case .event(let event) = item { event } else { nil } }
        let visible = Set(try await HostRegistry(with).visible(events).map(\.number))
        return items.filter { item in
            if case .event(let event) = item { visible.contains(event.number) } else { true }
        }
    }

    /// What follows; waits for it. Empty after `patience`; `nil` once it was stopped.
    ///
    /// - Throws: `storeFailed`.
    package func next(within patience: Duration) async throws(Refusal) -> [EventItem]? {
        let (news, end) = (state.withLock(\.with).events.news, ContinuousClock.now + patience)
        while !state.withLock(\.isStopped) {
            let known = news.count
            let (items, isAll) = try await page()
            if !items.isEmpty { return items }
            guard isAll else { continue }
            guard ContinuousClock.now < end, !Task.isCancelled else { return [] }
            await news.wait(atMost: ContinuousClock.now.duration(to: end)) {
                news.count != known || Task.isCancelled || state.withLock(\.isStopped)
            }
        }
        return nil
    }

    /// Ends ``next(within:)``.
    package func stop() {
        state.withLock { $0.isStopped = true }
        state.withLock(\.with).events.news.came()
    }

    /// - Returns: the next events that the reader wants, and whether there are none behind them.
    private func page() async throws(Refusal) -> (items: [EventItem], isAll: Bool) {
        let with = state.withLock(\.with)
        let stored = try await with.store.eventNumbers()
        if let reset = state.withLock({ $0.reset(within: stored) }) { return ([.reset(reset)], false) }
        let page = try await HostRegistry(with).eventPage(
            after: last, on: filter.host, limit: Self.most, patience: .zero)
        guard let last = page.last else { return ([], true) }
        state.withLock { $0.last = last }
        return (page.events.filter(filter.accepts).map { .event($0) }, false)
    }
}

extension EventFeed.State {
    /// Goes on at the stored events.
    ///
    /// - Returns: the new number, if events behind the reader's are not stored any more, or were never stored.
    fileprivate mutating func reset(within stored: ClosedRange<Int64>?) -> Int64? {
        let (first, newest) = (stored?.lowerBound ?? 1, stored?.upperBound ?? 0)
        guard let known = last else {
            last = newest
            return nil
        }
        guard known < first.minus(1) || known > newest else { return nil }
        last = known > newest ? newest : first.minus(1)
        return last
    }
}
