internal import FoundationEssentials
internal import Model

/// Writes entries: the transition first, so that an illegal one is never stored; then the store, durably.
struct Journal: Sendable {
    let store: any Store
    let now: @Sendable () -> Date
    let afterEntry: @Sendable (JournalEntry) -> Void

    func write(_ entry: JournalEntry, to operation: inout Operation) async throws(Refusal) {
        var next = operation
        try next.apply(entry, at: now())
        try await store.record(entry, of: next, operation.changes(with: entry))
        operation = next
        afterEntry(entry)
    }
}
