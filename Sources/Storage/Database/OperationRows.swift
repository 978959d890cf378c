internal import FoundationEssentials
internal import GRDB
internal import Model

/// Reads and writes operations and their journals.
///
/// The plan is written once; what changes on the way stands in columns of its own.
struct OperationRows {
    var database: Database

    /// - Throws: `machineBusy`; what SQLite says otherwise.
    func insert(_ operation: Operation) throws {
        let plan = operation.plan
        do {
            try database.cachedStatement(
                sql: """
                    INSERT INTO operation (id, service, node, machine, state, begun, done, undo_next, failure, started,
                        ended, plan, number)
                    SELECT ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, COALESCE(MAX(number), 0) + 1 FROM operation
                    """
            ).execute(
                arguments: [
                    operation.id.text, plan.service, plan.node.name, plan.machine, operation.state.rawValue,
                    operation.begun, operation.done, operation.undoNext,
                    try operation.failure.map { try StoredText.encode($0) }, operation.started.timeIntervalSince1970,
                    operation.ended?.timeIntervalSince1970, try StoredText.encode(plan),
                ])
        } catch DatabaseError.SQLITE_CONSTRAINT {
            throw try busy(operation)
        }
    }

    /// - Throws: `operationNotFound`; what SQLite says otherwise.
    func update(_ operation: Operation) throws {
        try database.cachedStatement(
            sql: """
                UPDATE operation SET state = ?, begun = ?, done = ?, undo_next = ?, failure = ?, stuck_on = ?, ended = ?
                WHERE id = ?
                """
        ).execute(
            arguments: [
                operation.state.rawValue, operation.begun, operation.done, operation.undoNext,
                try operation.failure.map { try StoredText.encode($0) },
                try operation.stuckOn.map { try StoredText.encode($0) }, operation.ended?.timeIntervalSince1970,
                operation.id.text,
            ])
        guard database.changesCount == 1 else {
            throw Refusal(
                .operationNotFound, "operation is '\(operation.id.text.shown)': there is none", field: "operation",
                value: operation.id.text.shown)
        }
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

    func journal(of id: OperationID) throws -> [JournalEntry] {
        try String.fetchAll(
            database, sql: "SELECT entry FROM journal WHERE operation = ? ORDER BY sequence", arguments: [id.text]
        ).map { try StoredText.decode($0) }
    }

    /// Drops finished operations, with their journals, that are not among the newest.
    func trim(keeping count: Int) throws {
        try database.execute(
            sql: """
                DELETE FROM operation WHERE state IN ('succeeded', 'failed')
                AND number <= (SELECT number FROM operation ORDER BY number DESC LIMIT 1 OFFSET ?)
                """, arguments: [max(count, 0)])
    }

    private func fetch(_ condition: StaticString, _ arguments: StatementArguments) throws -> [Operation] {
        let statement = try database.cachedStatement(
            sql: """
                SELECT id, state, begun, done, undo_next, failure, stuck_on, started, ended, plan
                FROM operation \(condition)
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
            started: Date(timeIntervalSince1970: row["started"]))
        operation.state = state
        operation.begun = row["begun"]
        operation.done = row["done"]
        operation.undoNext = row["undo_next"]
        operation.failure = try failure.map { try StoredText.decode($0, as: Refusal.self) }
        operation.stuckOn = try stuckOn.map { try StoredText.decode($0, as: Refusal.self) }
        operation.ended = (row["ended"] as Double?).map { Date(timeIntervalSince1970: $0) }
        return operation
    }

    private func busy(_ operation: Operation) throws -> Refusal {
        let (node, machine) = (operation.plan.node.name, operation.plan.machine)
        let row = try Row.fetchOne(
            database,
            sql: """
                SELECT id, service, state FROM operation
                WHERE node = ? AND machine = ? AND state IN ('running', 'undoing', 'stuck')
                """, arguments: [node, machine])
        guard let row else {
            return Refusal(.storeFailed, "operation '\(operation.id.text.shown)' is recorded already")
        }
        let (id, service, state): (String, String, String) = (row["id"], row["service"], row["state"])
        if machine.isEmpty {
            return Refusal(
                .machineBusy,
                "phyServer is '\(node)': \(service) of this host is \(state) already (operation \(id)); wait until it has "
                    + "ended", field: "phyServer", value: node, node: node, operation: id)
        }
        return Refusal(
            .machineBusy,
            "vmName is '\(machine.shown)': \(service) of this machine is \(state) (operation \(id)); "
                + (state == "stuck" ? "resolve it first" : "wait until it has ended, or cancel it"),
            field: "vmName", value: machine.shown, node: node, machine: machine, operation: id)
    }
}
