package import FoundationEssentials
package import Logging
package import Model
internal import ServiceLifecycle
internal import Synchronization

/// The operation runner: carries out plans step by step, writes the journal before and after each step, undoes failed
/// operations, and finishes operations that a crash interrupted.
///
/// An operation runs in a task of its own: it continues if the caller stops waiting for it.
package actor Operations {
    private let store: any Store
    private let hypervisor: any Hypervisor
    private let log: Logger
    private let now: @Sendable () -> Date
    /// Called after each journal entry is durable; tests end the process here, or pause it.
    private let afterEntry: @Sendable (JournalEntry) async -> Void
    private let pauses: [Duration]
    /// Comes with each change of an operation's state or step.
    let news = News()
    private let copyLocks = ImageCopyLocks()
    /// Protected by a lock and not by the actor, so that a caller that reads an operation's progress does not wait for
    /// the actor's other work.
    private let running = Mutex<[OperationID: Running]>([:])
    private var resolving: Set<OperationID> = []
    private var isStopping = false

    private struct Running: Sendable {
        var task: Task<Ended, Never>
        var progress: LiveProgress
    }

    /// The default pauses between attempts to undo a step on a host that does not answer: 15.5 s in all.
    package static let defaultPauses: [Duration] = [
        .milliseconds(500), .seconds(1), .seconds(2), .seconds(4), .seconds(8),
    ]

    /// - Parameter pauses: pauses between attempts at a transfer, or at undoing a step, on a host that does not answer;
    ///   15.5 s in all by default.
    package init(
        store: any Store, hypervisor: any Hypervisor, log: Logger,
        pauses: [Duration] = Operations.defaultPauses,
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

    /// Begins an operation; when this returns, the operation is recorded and runs.
    ///
    /// - Throws: the errors of ``Store/begin(_:_:isLimited:)``, `serverStopping`.
    package func begin(_ plan: Plan, as id: OperationID) async throws(Refusal) {
        guard !isStopping else {
            throw Refusal(.serverStopping, "the server is stopping; repeat the request after its restart")
        }
        let operation = Operation(id: id, plan: plan, started: now())
        launch(try await journal.begin(operation, isLimited: Caller.current?.isLimited ?? false))
    }

    /// Begins an operation, and waits for its outcome if the caller does.
    ///
    /// - Returns: `nil` without waiting.
    /// - Throws: what ``begin(_:as:)`` throws; when it waits, also the reason for which the operation failed.
    package func run(_ plan: Plan, as id: OperationID, waits: Bool = true) async throws(Refusal) -> OperationOutcome? {
        try await begin(plan, as: id)
        return waits ? try await outcome(of: id) : nil
    }

    private var journal: Journal {
        Journal(store: store, now: now) { [news, afterEntry] entry in
            news.came()
            await afterEntry(entry)
        }
    }

    /// Waits for an operation that this process began.
    ///
    /// - Throws: the reason of the operation's failure.
    package nonisolated func outcome(of id: OperationID) async throws(Refusal) -> OperationOutcome {
        guard let task = task(of: id) else {
            throw Refusal(.operationNotFound, "operation '\(id.text)' does not run", operation: id.text)
        }
        return try await task.value.get()
    }

    /// Requests that a running operation stop and undo its steps.
    ///
    /// - Throws: `operationNotRunning`.
    package nonisolated func cancel(_ id: OperationID) throws(Refusal) {
        guard let task = task(of: id) else {
            throw Refusal(
                .operationNotRunning, .operation, "\(.operation) is '\(id.text.shown)': it does not run any more",
                value: id.text.shown, operation: id.text)
        }
        log.info("operation is being cancelled", metadata: ["operation": "\(id.text)"])
        task.cancel()
    }

    /// Retries a stuck operation, or accepts the present state as its end.
    ///
    /// - Throws: `operationNotFound`, `operationNotStuck`.
    package func resolve(_ id: OperationID, retry: Bool) async throws(Refusal) {
        _ = try await stuck(id)
        // The task of an operation that has just become stuck may not have returned yet.
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

    /// Retries the operations that are stuck because this host did not answer; called when the host answers again.
    package func hostReturned(_ host: String) async {
        let unfinished = (try? await store.unfinished()) ?? []
        for operation in unfinished where operation.isStuckOnUnreachableHost && operation.hostNames.contains(host) {
            do throws(Refusal) {
                try await resolve(operation.id, retry: true)
            } catch {
                log.warning(
                    "a stuck operation could not be undone: \(error.reason)",
                    metadata: ["operation": "\(operation.id.text)"])
            }
        }
    }

    /// The progress of a running operation; `nil` if it does not run in this process.
    package nonisolated func progress(of id: OperationID) -> StepProgress? {
        running.withLock { $0[id] }?.progress.step
    }

    private nonisolated func task(of id: OperationID) -> Task<Ended, Never>? { running.withLock { $0[id] }?.task }

    /// The outcome of an operation that succeeded; `nil` also if it ended long ago, or before the server started.
    package nonisolated func pastOutcome(of operation: OperationSummary) async -> OperationOutcome? {
        guard operation.state == .succeeded else { return nil }
        return try? await task(of: operation.id)?.value.get()
    }

    /// Finishes every operation that a crash interrupted: each is completed or fully undone. Returns when all have
    /// ended.
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
                "operation was interrupted, and is resumed or undone now",
                metadata: ["operation": "\(operation.id.text)", "recovery": "\(operation.plan.recovery.rawValue)"])
            launch(operation, wasInterrupted: true)
        }
        for operation in found { _ = await task(of: operation.id)?.value }
    }

    private func launch(_ operation: Operation, wasInterrupted: Bool = false) {
        let progress = LiveProgress()
        let run = OperationRun(
            operation: operation, wasInterrupted: wasInterrupted, hypervisor: hypervisor, store: store,
            copyLocks: copyLocks,
            progress: progress, journal: journal, pauses: pauses, log: log)
        // It outlasts the call that began it.
        let task = Caller.$current.withValue(nil) { Task { await run.end() } }
        running.withLock { $0[operation.id] = Running(task: task, progress: progress) }
        Task {
            _ = await task.value
            // The task is kept for callers that have just begun the operation: they call `outcome` right after `begin`.
            // The losses of a move are kept for an hour, for callers that do not wait for its end.
            try? await Task.sleep(for: .seconds(operation.plan.movesMachines ? 3600 : 60))
            self.drop(operation.id, task)
        }
    }

    /// Drops the finished task of an operation, unless the operation runs anew after it was stuck.
    private func drop(_ id: OperationID, _ task: Task<Ended, Never>) {
        running.withLock { running in
            if running[id]?.task == task { running[id] = nil }
        }
    }
}

extension Operations: Service {
    /// Recovers interrupted operations, then waits for the server's shutdown: no new operation begins, running
    /// operations get 30 s, and the rest is recovered at the next start.
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
