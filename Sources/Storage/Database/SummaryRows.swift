internal import FoundationEssentials
internal import GRDB
internal import Model

/// Reads and writes what is told of operations without their plans: columns of their own, so that a list of a thousand
/// reads none of the plans.
struct SummaryRows {
    var database: Database

    func summary(of id: OperationID) throws -> OperationSummary? {
        try fetch("WHERE id = ?", [id.text]).first
    }

    /// Newest first.
    func newest(in state: Operation.State?, limit: Int) throws -> [OperationSummary] {
        // A negative limit would mean none.
        let limit = max(limit, 0)
        guard let state else { return try fetch("ORDER BY number DESC LIMIT ?", [limit]) }
        return try fetch("WHERE state = ? ORDER BY number DESC LIMIT ?", [state.rawValue, limit])
    }

    private func fetch(_ condition: StaticString, _ arguments: StatementArguments) throws -> [OperationSummary] {
        let statement = try database.cachedStatement(
            sql: """
                SELECT id, service, node, machine, network, state, step, done, total, failure, told, started, ended
                FROM operation \(condition)
                """)
        return try Row.fetchAll(statement, arguments: arguments).map(summary)
    }

    private func summary(_ row: Row) throws -> OperationSummary {
        let failure: String? = try row.decode(forColumn: "failure")
        let told: String? = try row.decode(forColumn: "told")
        let started: Double = try row.decode(forColumn: "started")
        let ended: Double? = try row.decode(forColumn: "ended")
        return OperationSummary(
            id: OperationID(try row.decode(forColumn: "id")), service: try row.decode(forColumn: "service"),
            subject: try SubjectColumns(row).subject(),
            state: try OperationRows.state(try row.decode(forColumn: "state")),
            step: try row.decode(forColumn: "step"), done: try row.decode(forColumn: "done"),
            total: try row.decode(forColumn: "total"), refusal: try (told ?? failure).map { try StoredText.decode($0) },
            started: Date(told: started) ?? Date(timeIntervalSince1970: 0), ended: ended.flatMap { Date(told: $0) })
    }

    /// Follows an operation over some entries of its journal. Costs the same however many steps it has.
    func follow(_ operation: Operation, _ entries: [JournalEntry]) throws {
        var (begun, done): (Int?, Int) = (nil, 0)
        for entry in entries {
            switch entry {
            case .began(let step): begun = max(begun ?? step, step)
            case .did: done += 1
            default: break
            }
        }
        try database.cachedStatement(
            sql: """
                UPDATE operation SET step = CASE WHEN begun IS NULL OR ? > begun THEN ? ELSE step END,
                    begun = CASE WHEN begun IS NULL OR ? > begun THEN ? ELSE begun END, done = done + ?, told = ?
                WHERE id = ?
                """
        ).execute(
            arguments: [
                begun, begun.flatMap { operation.plan.name(of: $0) }, begun, begun, done, try Self.told(operation),
                operation.id.text,
            ])
    }

    /// Why it failed, where that is not in the same words as its failure.
    static func told(_ operation: Operation) throws -> String? {
        guard let failure = operation.failure else { return nil }
        let refusal = operation.refusal
        return refusal == failure ? nil : try StoredText.encode(refusal)
    }
}
