internal import FoundationEssentials
internal import GRDB
internal import Model

/// Reads and writes operations and their journals.
///
/// The plan is written once; what changes on the way stands in columns of its own.
struct OperationRows {
    var database: Database

    /// - Returns: bytes of its plan.
    /// - Throws: `machineBusy`; what SQLite says otherwise.
    @discardableResult
    func insert(_ operation: Operation) throws -> Int {
        let plan = operation.plan
        let stored = try StoredText.encode(plan)
        do {
            try database.cachedStatement(
                sql: """
                    INSERT INTO operation (id, service, node, machine, state, begun, done, failure, started, ended,
                        number)
                    SELECT ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, COALESCE(MAX(number), 0) + 1 FROM operation
                    """
            ).execute(
                arguments: [
                    operation.id.text, plan.service, plan.node.name, plan.machine, operation.state.rawValue,
                    operation.begun, operation.done,
                    try operation.failure.map { try StoredText.encode($0) }, operation.started.timeIntervalSince1970,
                    operation.ended?.timeIntervalSince1970,
                ])
            try database.cachedStatement(sql: "INSERT INTO operation_plan (operation, plan) VALUES (?, ?)")
                .execute(arguments: [operation.id.text, stored])
        } catch DatabaseError.SQLITE_CONSTRAINT {
            throw Refusal(.storeFailed, "operation '\(operation.id.text.shown)' is recorded already")
        }
        guard !operation.state.isOver else { return stored.utf8.count }
        let claims = OperationClaims(database: database)
        for claim in claims.all(of: plan) { try claims.take(claim, for: operation) }
        return stored.utf8.count
    }

    /// - Throws: `operationNotFound`; what SQLite says otherwise.
    func update(_ operation: Operation) throws {
        try database.cachedStatement(
            sql: "UPDATE operation SET state = ?, failure = ?, stuck_on = ?, ended = ? WHERE id = ?"
        ).execute(
            arguments: [
                operation.state.rawValue, try operation.failure.map { try StoredText.encode($0) },
                try operation.stuckOn.map { try StoredText.encode($0) }, operation.ended?.timeIntervalSince1970,
                operation.id.text,
            ])
        guard database.changesCount == 1 else {
            throw Refusal(
                .operationNotFound, "operation is '\(operation.id.text.shown)': there is none", field: "operation",
                value: operation.id.text.shown)
        }
        if operation.state.isOver { try end(operation) }
    }

    /// Where its steps stand is written once, when it is over; until then the journal says it, so that an entry costs the
    /// same however many steps a plan has.
    private func end(_ operation: Operation) throws {
        try database.cachedStatement(
            sql: "UPDATE operation SET begun = ?, done = ?, undo_next = NULL, steps = ? WHERE id = ?"
        ).execute(
            arguments: [
                operation.begun, operation.done, operation.steps.map(\.rawValue).joined(), operation.id.text,
            ])
        try OperationClaims(database: database).release(operation.id)
    }

    func append(_ entry: JournalEntry, to id: OperationID, at time: Date) throws {
        try database.cachedStatement(
            sql: """
                INSERT INTO journal (operation, sequence, written, entry)
                SELECT ?, COALESCE(MAX(sequence), 0) + 1, ?, ? FROM journal WHERE operation = ?
                """
        ).execute(arguments: [id.text, time.timeIntervalSince1970, try StoredText.encode(entry), id.text])
    }

    func operation(_ id: OperationID) throws -> Operation? {
        try fetch("WHERE id = ?", [id.text]).first
    }

    /// Newest first.
    func newest(in state: Operation.State?, limit: Int) throws -> [Operation] {
        // A negative limit would mean none.
        let limit = max(limit, 0)
        guard let state else { return try fetch("ORDER BY number DESC LIMIT ?", [limit]) }
        return try fetch("WHERE state = ? ORDER BY number DESC LIMIT ?", [state.rawValue, limit])
    }

    /// Oldest first.
    func interrupted() throws -> [Operation] {
        try fetch("WHERE state IN ('running', 'undoing') ORDER BY number", [])
    }

    /// One other than `id` that has begun something on a host, or may yet.
    func unfinished(on node: String, beside id: OperationID) throws -> Operation? {
        try fetch("WHERE state IN ('running', 'undoing', 'stuck') ORDER BY number", [])
            .first { $0.id != id && $0.plan.nodeNames.contains(node) }
    }

    func journal(of id: OperationID) throws -> [JournalEntry] {
        try String.fetchAll(
            database, sql: "SELECT entry FROM journal WHERE operation = ? ORDER BY sequence", arguments: [id.text]
        ).map { try StoredText.decode($0) }
    }

    /// Most bytes of the plans of finished operations.
    static let mostBytes = 256 << 20

    /// Drops finished operations, with their journals, that are not among the newest, or whose plans, with those of newer
    /// ones, take more than ``mostBytes``.
    func trim(keeping count: Int) throws {
        try database.execute(
            sql: """
                DELETE FROM operation WHERE state IN ('succeeded', 'failed') AND number <= (
                    SELECT MAX(number) FROM (
                        SELECT number, SUM(LENGTH(plan)) OVER (ORDER BY number DESC) AS bytes
                        FROM operation JOIN operation_plan ON operation = id)
                    WHERE bytes > ?)
                """, arguments: [Self.mostBytes])
        try database.execute(
            sql: """
                DELETE FROM operation WHERE state IN ('succeeded', 'failed')
                AND number <= (SELECT number FROM operation ORDER BY number DESC LIMIT 1 OFFSET ?)
                """, arguments: [max(count, 0)])
    }

    private func fetch(_ condition: StaticString, _ arguments: StatementArguments) throws -> [Operation] {
        let statement = try database.cachedStatement(
            sql: """
                SELECT id, state, begun, done, undo_next, steps, failure, stuck_on, started, ended, plan
                FROM operation JOIN operation_plan ON operation = id \(condition)
                """)
        return try Row.fetchAll(statement, arguments: arguments).map(operation)
    }

    private func operation(_ row: Row) throws -> Operation {
        let (text, plan): (String, String) = (row["state"], row["plan"])
        let (failure, stuckOn): (String?, String?) = (row["failure"], row["stuck_on"])
        guard let state = Operation.State(rawValue: text) else {
            throw Refusal(.storeFailed, "the database has an operation in the unknown state '\(text.shown)'")
        }
        var operation = Operation(
            id: OperationID(row["id"]), plan: try StoredText.decode(plan, as: Plan.self),
            started: Date(told: row["started"]) ?? Date(timeIntervalSince1970: 0))
        guard state.isOver else {
            for entry in try journal(of: operation.id) { try operation.apply(entry, at: operation.started) }
            return operation
        }
        operation.state = state
        operation.steps = try steps(row, count: operation.plan.steps.count)
        operation.failure = try failure.map { try StoredText.decode($0, as: Refusal.self) }
        operation.stuckOn = try stuckOn.map { try StoredText.decode($0, as: Refusal.self) }
        operation.ended = (row["ended"] as Double?).flatMap { Date(told: $0) }
        return operation
    }

    private func steps(_ row: Row, count: Int) throws -> [Operation.StepState] {
        if let text = row["steps"] as String? {
            let steps = text.compactMap { Operation.StepState(rawValue: String($0)) }
            guard steps.count == count else {
                throw Refusal(.storeFailed, "the database has an operation whose steps cannot be read")
            }
            return steps
        }
        let (begun, done): (Int, Int) = (row["begun"], row["done"])
        let undoNext = row["undo_next"] as Int?
        return (0..<count).map { index in
            let isUndone = undoNext.map { index > $0 } ?? false
            if index < done { return isUndone ? .doneUndone : .done }
            if index <= begun { return isUndone ? .begunUndone : .begun }
            return .pending
        }
    }
}
