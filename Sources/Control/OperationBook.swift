package import Model

/// The service calls for operations: read, cancel, resolve.
package struct OperationBook: Sendable {
    private let with: ControlContext

    package init(_ context: ControlContext) { with = context }

    package struct Entry: Sendable {
        package var operation: OperationSummary
        package var progress: StepProgress?
        /// The result of the operation, if it succeeded not long ago.
        package var outcome: OperationOutcome?
    }

    /// - Throws: `operationNotFound`.
    package func operation(_ id: String) async throws(Refusal) -> Entry {
        guard let operation = try await with.store.summary(of: OperationID(id)) else {
            throw Refusal(
                .operationNotFound, .operation, "\(.operation) is '\(id.shown)': there is none", value: id.shown)
        }
        return await entry(operation)
    }

    /// See ``Store/summaries(_:of:)``.
    package func list(_ query: ListQuery) async throws(Refusal) -> ListPage<Entry> {
        let page = try await with.store.summaries(
            query, of: OperationScope(with.rights, in: try await with.store.fleet()))
        var entries: [Entry] = []
        for operation in page.rows { entries.append(await entry(operation)) }
        return ListPage(rows: entries, next: page.next, isTruncated: page.isTruncated)
    }

    package func cancel(_ id: String) async throws(Refusal) {
        let operation = try await operation(id).operation
        guard operation.state == .running else {
            throw Refusal(
                .operationNotRunning, .operation,
                "\(.operation) is '\(id.shown)': it is \(operation.state.rawValue), not running", value: id.shown,
                operation: id)
        }
        try with.operations.cancel(operation.id)
    }

    package func resolve(_ id: String, retry: Bool) async throws(Refusal) -> Entry {
        try await with.operations.resolve(OperationID(id), retry: retry)
        return try await operation(id)
    }

    private func entry(_ operation: OperationSummary) async -> Entry {
        Entry(
            operation: operation, progress: with.operations.progress(of: operation.id),
            outcome: await with.operations.pastOutcome(of: operation))
    }
}
