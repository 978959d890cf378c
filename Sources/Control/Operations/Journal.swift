internal import FoundationEssentials
internal import Model

/// Writes journal entries: applies the transitions first, so that an illegal one is never stored, then records them
/// durably and in one transaction.
struct Journal: Sendable {
    let store: any Store
    let now: @Sendable () -> Date
    let afterEntry: @Sendable (JournalEntry) async -> Void

    /// - Returns: the operation as recorded; a plan with steps has begun its first step.
    func begin(_ operation: Operation, isLimited: Bool) async throws(Refusal) -> Operation {
        var first = operation
        let entries: [JournalEntry] = operation.plan.stages.first.map { [.began($0[0].steps.lowerBound)] } ?? []
        for entry in entries { try first.apply(entry, at: now()) }
        try await store.begin(first, entries, isLimited: isLimited)
        return first
    }

    /// Applies the decisions in order and writes all their entries in one transaction. Each decision sees the operation
    /// as the decisions before it left it.
    ///
    /// - Parameter more: changes to record in addition to those that follow from the entries.
    func write(
        _ decisions: [@Sendable (Operation) -> [JournalEntry]], to operation: inout Operation,
        with more: [RecordChange] = []
    ) async throws(Refusal) {
        var next = operation
        var (entries, changes): ([JournalEntry], [RecordChange]) = ([], more)
        let time = now()
        for decide in decisions {
            for entry in decide(next) {
                changes += next.changes(with: entry, at: time)
                try next.apply(entry, at: time)
                entries.append(entry)
            }
        }
        try await store.record(entries, of: next, changes)
        operation = next
        for entry in entries { await afterEntry(entry) }
    }
}
