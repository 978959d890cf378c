internal import Model

/// Where a running operation stands, for all of its lanes: one entry at a time is written, and the operation is as its
/// journal says.
actor OperationLedger {
    private(set) var operation: Operation
    private let journal: Journal
    private var isWriting = false
    private var waiting: [CheckedContinuation<Void, Never>] = []
    private(set) var outcome = OperationOutcome()

    init(_ operation: Operation, journal: Journal) {
        self.operation = operation
        self.journal = journal
    }

    /// - Throws: what the store throws; the operation then stands where it stood.
    func write(_ entries: JournalEntry...) async throws(Refusal) { try await write { _ in entries } }

    /// Ends a step, and begins what follows it in its lane; the last step of all ends the operation.
    ///
    /// - Parameter changes: what is recorded with its end.
    func did(_ step: Int, with changes: [RecordChange] = []) async throws(Refusal) {
        try await write(with: changes) { operation in
            let lane = operation.plan.lane(of: step)
            if step + 1 < lane.steps.upperBound { return [.did(step), .began(step + 1)] }
            let isLast = operation.steps.indices.allSatisfy { $0 == step || operation.steps[$0] == .done }
            return isLast ? [.did(step), .succeeded] : [.did(step)]
        }
    }

    /// Notes what a step told.
    func take(_ told: StepOutcome) {
        outcome.sentBytes += told.sentBytes
        outcome.swept.merge(told.swept) { $1 }
        outcome.kept.merge(told.kept) { $1 }
    }

    /// Notes how long a step, or a stage, took.
    func took(_ name: String, _ duration: Duration) {
        let time = duration.components
        outcome.phases.append(
            .init(name: name, milliseconds: time.seconds * 1000 + time.attoseconds / 1_000_000_000_000_000))
    }

    private func write(
        with changes: [RecordChange] = [], _ decide: (Operation) -> [JournalEntry]
    ) async throws(Refusal) {
        if isWriting {
            await withCheckedContinuation { waiting.append($0) }
        } else {
            isWriting = true
        }
        defer { next() }
        var changed = operation
        try await journal.write(decide(operation), to: &changed, with: changes)
        operation = changed
    }

    private func next() {
        if waiting.isEmpty { isWriting = false } else { waiting.removeFirst().resume() }
    }
}
