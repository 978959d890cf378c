internal import FoundationEssentials
internal import GRDB
internal import Model

/// Reads and writes operations and their journals.
///
/// The plan is written once; the progress of the operation is in separate columns.
struct OperationRows {
    var database: Database

    /// Inserts a new operation with its plan and claims.
    ///
    /// - Parameter access: what rights on it depend on.
    /// - Returns: the size of the plan in bytes.
    /// - Throws: `machineBusy`; other SQLite errors.
    @discardableResult
    func insert(_ operation: Operation, _ access: Rights.Object) throws -> Int {
        let plan = operation.plan
        let stored = try StoredText.encode(plan)
        let summary = OperationSummary(operation)
        let columns = SubjectColumns(summary.subject)
        do {
            try database.cachedStatement(
                sql: """
                    INSERT INTO operation (id, service, host, machine, network, state, begun, step, done, total, steps,
                        failure, told, started, ended, bytes, team, network_id, number)
                    SELECT ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, COALESCE(MAX(number), 0) + 1 FROM operation
                    """
            ).execute(
                arguments: [
                    operation.id.text, plan.service, columns.host, columns.machine, columns.network,
                    operation.state.rawValue, operation.begun, summary.step, summary.done, summary.total,
                    operation.state.isOver ? Self.letters(of: operation) : nil,
                    try operation.failure.map { try StoredText.encode($0) }, try SummaryRows.storedReason(operation),
                    operation.started.timeIntervalSince1970, operation.ended?.timeIntervalSince1970,
                    stored.utf8.count, access.team?.text, access.network?.text,
                ])
            try database.cachedStatement(sql: "INSERT INTO operation_plan (operation, plan) VALUES (?, ?)")
                .execute(arguments: [operation.id.text, stored])
        } catch DatabaseError.SQLITE_CONSTRAINT {
            throw Refusal(.storeFailed, "operation '\(operation.id.text.shown)' is recorded already")
        }
        guard !operation.state.isOver else { return stored.utf8.count }
        let claims = OperationClaims(database: database)
        for claim in plan.claims { try claims.take(claim, for: operation) }
        return stored.utf8.count
    }

    /// Updates an operation after new journal entries.
    ///
    /// - Parameter entries: new entries of the operation's journal.
    /// - Throws: `operationNotFound`; other SQLite errors.
    func update(_ operation: Operation, with entries: [JournalEntry]) throws {
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
                .operationNotFound, .operation, "\(.operation) is '\(operation.id.text.shown)': there is none",
                value: operation.id.text.shown)
        }
        try SummaryRows(database: database).follow(operation, entries)
        if operation.state.isOver { try end(operation) }
    }

    /// Writes the states of the steps once, when the operation is over. Until then the journal holds them, so that the
    /// cost of an entry does not depend on the number of steps.
    private func end(_ operation: Operation) throws {
        try database.cachedStatement(
            sql: "UPDATE operation SET begun = ?, done = ?, steps = ? WHERE id = ?"
        ).execute(arguments: [operation.begun, operation.done, Self.letters(of: operation), operation.id.text])
        try OperationClaims(database: database).release(operation.id)
    }

    private static func letters(of operation: Operation) -> String { operation.steps.map(\.rawValue).joined() }

    func append(_ entry: JournalEntry, to id: OperationID, at time: Date) throws {
        try database.cachedStatement(
            sql: """
                INSERT INTO journal (operation, sequence, written, entry)
                SELECT ?, COALESCE(MAX(sequence), 0) + 1, ?, ? FROM journal WHERE operation = ?
                """
        ).execute(arguments: [id.text, time.timeIntervalSince1970, try StoredText.encode(entry), id.text])
    }

    func operation(_ id: OperationID) throws -> Operation? {
        let statement = try database.cachedStatement(
            sql: """
                SELECT id, state, steps, failure, stuck_on, started, ended, plan
                FROM operation JOIN operation_plan ON operation = id WHERE id = ?
                """)
        return try Row.fetchOne(statement, arguments: [id.text]).map(operation)
    }

    /// Interrupted operations, oldest first; the reason for each one that cannot be read.
    func interrupted() throws -> [Result<Operation, any Error>] {
        try ids("state IN ('running', 'undoing')").compactMap { id in
            do {
                return try operation(id).map { .success($0) }
            } catch let error as DatabaseError {
                throw error
            } catch {
                return .failure(Self.unreadable(id, error))
            }
        }
    }

    /// Unfinished operations, oldest first. An operation whose plan cannot be read is built from the other columns.
    func unfinished() throws -> [UnfinishedOperation] {
        try ids("state IN ('running', 'undoing', 'stuck')").compactMap { id in
            do {
                return try operation(id).map(UnfinishedOperation.init)
            } catch let error as DatabaseError {
                throw error
            } catch {
                return try? withoutPlan(id)
            }
        }
    }

    private func withoutPlan(_ id: OperationID) throws -> UnfinishedOperation? {
        let claims = OperationClaims(database: database)
        return try SummaryRows(database: database).summary(of: id).map { known in
            let subject: Plan.Subject =
                switch known.subject {
                case .machine(let name, let host): .machine(name: name, host: host)
                case .network(let name): .network(name: name, members: try claims.machines(of: id))
                case .host(let name): .host(name: name)
                }
            return UnfinishedOperation(
                id: id, service: known.service, state: known.state, subject: subject,
                hostNames: try claims.hosts(of: id))
        }
    }

    private func ids(_ condition: StaticString) throws -> [OperationID] {
        try String.fetchAll(database, sql: "SELECT id FROM operation WHERE \(condition) ORDER BY number")
            .map { OperationID($0) }
    }

    private static func unreadable(_ id: OperationID, _ error: any Error) -> Refusal {
        Refusal(
            .storeFailed, "the database has an operation that cannot be read: '\(id.text.shown)'", detail: "\(error)",
            operation: id.text)
    }

    /// Memory of machines that unfinished operations other than `id` are moving to a host, in MiB.
    func arriving(on host: String, excluding id: OperationID) throws -> Int64 {
        let plans = try String.fetchAll(
            database,
            sql: """
                SELECT plan FROM operation JOIN operation_plan ON operation = id
                WHERE state IN ('running', 'undoing', 'stuck') AND id <> ? AND plan LIKE '%moveMachine%'
                """, arguments: [id.text])
        return plans.flatMap { (try? StoredText.decode($0, as: PlannedMemory.self).memory) ?? [] }
            .filter { $0.host == host && $0.moves }.reduce(0) { $0.plus($1.needed) }
    }

    /// The part of a stored plan that names its memory needs.
    private struct PlannedMemory: Decodable {
        var memory: [MemoryNeed]
    }

    func journal(of id: OperationID) throws -> [JournalEntry] {
        try String.fetchAll(
            database, sql: "SELECT entry FROM journal WHERE operation = ? ORDER BY sequence", arguments: [id.text]
        ).map { try StoredText.decode($0) }
    }

    /// Maximum total size of the plans of finished operations, in bytes.
    static let mostBytes = 256 << 20

    /// Deletes finished operations, with their journals, that are not among the `count` newest, or whose plans together
    /// with those of newer operations exceed ``mostBytes``.
    func trim(keeping count: Int) throws {
        try database.execute(
            sql: """
                DELETE FROM operation WHERE state IN ('succeeded', 'failed') AND number <= (
                    SELECT MAX(number) FROM (
                        SELECT number, SUM(bytes) OVER (ORDER BY number DESC) AS sum FROM operation)
                    WHERE sum > ?)
                """, arguments: [Self.mostBytes])
        try database.execute(
            sql: """
                DELETE FROM operation WHERE state IN ('succeeded', 'failed')
                AND number <= (SELECT number FROM operation ORDER BY number DESC LIMIT 1 OFFSET ?)
                """, arguments: [max(count, 0)])
    }

    private func operation(_ row: Row) throws -> Operation {
        let state = try Self.state(try row.decode(forColumn: "state"))
        let text: String = try row.decode(forColumn: "plan")
        let started: Double = try row.decode(forColumn: "started")
        let plan = try StoredText.decode(text, as: Plan.self)
        guard plan.isWhole else { throw Refusal(.storeFailed, "the lanes of its plan do not match the steps") }
        var operation = Operation(
            id: OperationID(try row.decode(forColumn: "id")), plan: plan,
            started: Date(told: started) ?? Date(timeIntervalSince1970: 0))
        guard state.isOver else {
            for entry in try journal(of: operation.id) { try operation.apply(entry, at: operation.started) }
            return operation
        }
        let failure: String? = try row.decode(forColumn: "failure")
        let stuckOn: String? = try row.decode(forColumn: "stuck_on")
        let ended: Double? = try row.decode(forColumn: "ended")
        operation.state = state
        operation.steps = try steps(row, count: operation.plan.steps.count)
        operation.failure = try failure.map { try StoredText.decode($0, as: Refusal.self) }
        operation.stuckOn = try stuckOn.map { try StoredText.decode($0, as: Refusal.self) }
        operation.ended = ended.flatMap { Date(told: $0) }
        return operation
    }

    static func state(_ text: String) throws -> Operation.State {
        guard let state = Operation.State(rawValue: text) else {
            throw Refusal(.storeFailed, "the database has an operation in the unknown state '\(text.shown)'")
        }
        return state
    }

    private func steps(_ row: Row, count: Int) throws -> [Operation.StepState] {
        let text: String = try row.decode(forColumn: "steps")
        let steps = text.compactMap { Operation.StepState(rawValue: String($0)) }
        guard steps.count == count else {
            throw Refusal(.storeFailed, "the database has an operation whose steps cannot be read")
        }
        return steps
    }
}
