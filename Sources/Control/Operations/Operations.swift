package import FoundationEssentials
package import Logging
package import Model
internal import ServiceLifecycle
internal import Synchronization

/// The runner: carries out plans step by step, journals before and after, undoes on failure, and finishes after a crash
/// what it finds begun.
///
/// An operation runs in a task of its own: the caller who waits for it may go away without ending it.
package actor Operations {
    private let store: any Store
    private let hypervisor: any Hypervisor
    private let log: Logger
    private let now: @Sendable () -> Date
    /// Called after each journal entry is durable; tests end the process here, or hold it.
    private let afterEntry: @Sendable (JournalEntry) async -> Void
    private let pauses: [Duration]
    private let copies = ImageCopies()
    /// Also looked into from beside the actor: who asks how far an operation is waits for nothing that others began.
    private let running = Mutex<[OperationID: Running]>([:])
    private var resolving: Set<OperationID> = []
    private var isStopping = false

    private struct Running: Sendable {
        var task: Task<Ended, Never>
        var progress: LiveProgress
    }

    /// Between attempts to undo on a host that does not answer: 15.5 s in all.
    package static let usualPauses: [Duration] = [
        .milliseconds(500), .seconds(1), .seconds(2), .seconds(4), .seconds(8),
    ]

    /// - Parameter pauses: between attempts at a transfer, or at undoing a step, on a host that does not answer; 15.5 s in
    ///   all by default.
    package init(
        store: any Store, hypervisor: any Hypervisor, log: Logger,
        pauses: [Duration] = Operations.usualPauses,
        now: @escaping @Sendable () -> Date = { Date() },
        afterEntry: @escaping @Sendable (JournalEntry) async -> Void = { _ in }
    ) {
        self.store = store
        self.hypervisor = hypervisor
        self.log = log
        self.pauses = pauses
        self.now = now
        self.afterEntry = afterEntry
    }

    /// Begins an operation; when this returns, it is recorded and runs.
    ///
    /// - Throws: what ``Store/begin(_:)`` throws, `serverStopping`.
    package func begin(_ plan: Plan, as id: OperationID) async throws(Refusal) {
        guard !isStopping else {
            throw Refusal(.serverStopping, "the server is stopping; ask again when it is back")
        }
        launch(try await journal.begin(Operation(id: id, plan: plan, started: now())))
    }

    /// Begins an operation, and waits for its outcome if the caller does.
    ///
    /// - Returns: `nil` without waiting.
    /// - Throws: what ``begin(_:as:)`` throws; when it waits, also the reason for which the operation failed.
    package func run(_ plan: Plan, as id: OperationID, waits: Bool = true) async throws(Refusal) -> OperationOutcome? {
        try await begin(plan, as: id)
        return waits ? try await outcome(of: id) : nil
    }

    private var journal: Journal { Journal(store: store, now: now, afterEntry: afterEntry) }

    /// Waits for an operation that was begun here.
    ///
    /// - Throws: why it failed.
    package nonisolated func outcome(of id: OperationID) async throws(Refusal) -> OperationOutcome {
        guard let task = task(of: id) else {
            throw Refusal(.operationNotFound, "operation '\(id.text)' does not run", operation: id.text)
        }
        return try await task.value.get()
    }

    /// Asks a running operation to stop and undo.
    ///
    /// - Throws: `operationNotRunning`.
    package nonisolated func cancel(_ id: OperationID) throws(Refusal) {
        guard let task = task(of: id) else {
            throw Refusal(
                .operationNotRunning, .operation, "\(.operation) is '\(id.text.shown)': it does not run any more",
                value: id.text.shown, operation: id.text)
        }
        log.info("operation is asked to cancel", metadata: ["operation": "\(id.text)"])
        task.cancel()
    }

    /// Undoes a stuck operation again, or accepts things as they are.
    ///
    /// - Throws: `operationNotFound`, `operationNotStuck`.
    package func resolve(_ id: OperationID, retry: Bool) async throws(Refusal) {
        _ = try await stuck(id)
        // One that has just become stuck may not have returned yet.
        _ = await task(of: id)?.value
        guard resolving.insert(id).inserted else {
            throw Refusal(
                .operationNotStuck, .operation, "\(.operation) is '\(id.text.shown)': it is being resolved already",
                value: id.text.shown, operation: id.text)
        }
        defer { resolving.remove(id) }
        var operation = try await stuck(id)
        try await journal.write([{ _ in [retry ? .retried : .accepted] }], to: &operation)
        guard retry else { return }
        launch(operation)
        _ = await task(of: id)?.value
    }

    private func stuck(_ id: OperationID) async throws(Refusal) -> Operation {
        guard let operation = try await store.operation(id) else {
            throw Refusal(
                .operationNotFound, .operation, "\(.operation) is '\(id.text.shown)': there is none",
                value: id.text.shown)
        }
        guard operation.state == .stuck else {
            throw Refusal(
                .operationNotStuck, .operation,
                "\(.operation) is '\(id.text.shown)': it is \(operation.state.rawValue), not stuck",
                value: id.text.shown, operation: id.text)
        }
        return operation
    }

    /// A host answers again: what could not be undone there is undone now.
    package func hostReturned(_ host: String) async {
        let unfinished = (try? await store.unfinished()) ?? []
        for operation in unfinished where operation.isStuckOnSilence && operation.hostNames.contains(host) {
            do throws(Refusal) {
                try await resolve(operation.id, retry: true)
            } catch {
                log.warning(
                    "a stuck operation could not be undone: \(error.reason)",
                    metadata: ["operation": "\(operation.id.text)"])
            }
        }
    }

    /// How far a running operation is; `nil` when it does not run here.
    package nonisolated func progress(of id: OperationID) -> StepProgress? {
        running.withLock { $0[id] }?.progress.step
    }

    private nonisolated func task(of id: OperationID) -> Task<Ended, Never>? { running.withLock { $0[id] }?.task }

    /// What an operation that succeeded told; `nil` also for one that ended long ago, or before the server started.
    package nonisolated func told(of operation: OperationSummary) async -> OperationOutcome? {
        guard operation.state == .succeeded else { return nil }
        return try? await task(of: operation.id)?.value.get()
    }

    /// Finishes every operation that a crash interrupted: each ends whole or gone. Returns when all have ended.
    package func recover() async throws(Refusal) {
        var found: [Operation] = []
        for result in try await store.interrupted() {
            switch result {
            case .success(let operation): found.append(operation)
            case .failure(let refusal):
                log.error(
                    "an interrupted operation cannot be read, and is left as it is: \(refusal.reason)",
                    metadata: ["operation": "\(refusal.operation ?? "")", "detail": "\(refusal.detail ?? "")"])
            }
        }
        for operation in found where task(of: operation.id) == nil {
            log.notice(
                "operation was interrupted; it is finished now",
                metadata: ["operation": "\(operation.id.text)", "recovery": "\(operation.plan.recovery.rawValue)"])
            launch(operation, wasInterrupted: true)
        }
        for operation in found { _ = await task(of: operation.id)?.value }
    }

    private func launch(_ operation: Operation, wasInterrupted: Bool = false) {
        let progress = LiveProgress()
        let run = OperationRun(
            operation: operation, wasInterrupted: wasInterrupted, hypervisor: hypervisor, store: store, copies: copies,
            progress: progress, journal: journal, pauses: pauses, log: log)
        let task = Task { await run.end() }
        running.withLock { $0[operation.id] = Running(task: task, progress: progress) }
        Task {
            _ = await task.value
            // Callers that began it just now still find its task: `outcome` is asked right after `begin`. What a move lost is
            // told for an hour to who does not wait for it.
            try? await Task.sleep(for: .seconds(operation.plan.movesMachines ? 3600 : 60))
            self.drop(operation.id, task)
        }
    }

    /// Unless it runs anew, after it was stuck.
    private func drop(_ id: OperationID, _ task: Task<Ended, Never>) {
        running.withLock { running in
            if running[id]?.task == task { running[id] = nil }
        }
    }
}

extension Operations: Service {
    /// Recovers, then waits for the server's end: no new operation begins, those that run get 30 s, and what is left is
    /// recovered at the next start.
    package func run() async throws {
        do {
            try await recover()
        } catch let refusal {
            log.error("interrupted operations could not be read: \(refusal.reason)")
        }
        try? await gracefulShutdown()
        isStopping = true
        let tasks = running.withLock { $0.values.map(\.task) }
        await withTaskGroup(of: Void.self) { group in
            group.addTask {
                for task in tasks { _ = await task.value }
            }
            group.addTask { try? await Task.sleep(for: .seconds(30)) }
            await group.next()
            group.cancelAll()
        }
    }
}
