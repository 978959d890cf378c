internal import Model

/// The present state of a running operation, shared by all of its lanes; it equals the state in the journal.
///
/// While one lane writes, the entries of other lanes queue up; they are then written together, with one wait for the
/// disk.
actor OperationLedger {
    private(set) var operation: Operation
    private let journal: Journal
    private var isWriting = false
    private var waiting: [Entry] = []

    private struct Entry {
        var decide: @Sendable (Operation) -> [JournalEntry]
        var changes: [RecordChange]
        var written: CheckedContinuation<Result<Void, Refusal>, Never>?
    }

    private(set) var outcome = OperationOutcome()

    init(_ operation: Operation, journal: Journal) {
        self.operation = operation
        self.journal = journal
    }

    /// - Throws: the store's errors; the operation is then unchanged.
    func write(_ entries: JournalEntry...) async throws(Refusal) { try await write { _ in entries } }

    /// Ends a step, and begins the next step of its lane; the last step of all ends the operation.
    ///
    /// - Parameter changes: changes to record in the same transaction.
    func did(_ step: Int, with changes: [RecordChange] = []) async throws(Refusal) {
        try await write(with: changes) { operation in
            let lane = operation.plan.lane(of: step)
            if let lane, step + 1 < lane.steps.upperBound { return [.did(step), .began(step + 1)] }
            let isLast = operation.steps.indices.allSatisfy { $0 == step || operation.steps[$0] == .done }
            return isLast ? [.did(step), .succeeded] : [.did(step)]
        }
    }

    /// Adds the outcome of a step to the operation's outcome.
    func add(_ stepOutcome: StepOutcome, of step: Step) {
        outcome.sentBytes = outcome.sentBytes.plus(stepOutcome.sentBytes)
        outcome.pruned.merge(stepOutcome.pruned) { $1 }
        outcome.kept.merge(stepOutcome.kept) { $1 }
        guard case .moveMachine(let move) = step else { return }
        outcome.moves.append(
            .init(
                machine: move.machine.name, source: move.source.name, destination: move.destination.name,
                downtimeMilliseconds: stepOutcome.downtimeMilliseconds, losses: stepOutcome.losses))
    }

    /// Adds the duration of a step or a stage.
    func addPhase(_ name: String, _ duration: Duration) {
        let time = duration.components
        outcome.phases.append(
            .init(name: name, milliseconds: time.seconds * 1000 + time.attoseconds / 1_000_000_000_000_000))
    }

    private func write(
        with changes: [RecordChange] = [], _ decide: @escaping @Sendable (Operation) -> [JournalEntry]
    ) async throws(Refusal) {
        guard isWriting else {
            isWriting = true
            let result = await write([Entry(decide: decide, changes: changes)])
            await writeWaiting()
            return try result.get()
        }
        try await withCheckedContinuation { continuation in
            waiting.append(Entry(decide: decide, changes: changes, written: continuation))
        }.get()
    }

    private func writeWaiting() async {
        while !waiting.isEmpty {
            let entries = waiting
            waiting = []
            let result = await write(entries)
            for entry in entries { entry.written?.resume(returning: result) }
        }
        isWriting = false
    }

    private func write(_ entries: [Entry]) async -> Result<Void, Refusal> {
        var changed = operation
        do throws(Refusal) {
            try await journal.write(entries.map(\.decide), to: &changed, with: entries.flatMap(\.changes))
            operation = changed
            return .success(())
        } catch {
            return .failure(error)
        }
    }
}
