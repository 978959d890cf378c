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
            subject: try SubjectColumns(row).subject,
            state: try OperationRows.state(try row.decode(forColumn: "state")),
            step: try row.decode(forColumn: "step"), done: try row.decode(forColumn: "done"),
            total: try row.decode(forColumn: "total"), refusal: try (told ?? failure).map { try StoredText.decode($0) },
            started: Date(told: started) ?? Date(timeIntervalSince1970: 0), ended: ended.flatMap { Date(told: $0) })
    }

    /// What stands in a plan, and what an older program did not write.
    ///
    /// - Parameter bytes: of its plan as it is stored.
    func write(_ operation: Operation, bytes: Int) throws {
        let summary = OperationSummary(operation)
        try database.cachedStatement(
            sql: """
                UPDATE operation SET network = ?, begun = ?, step = ?, done = ?, total = ?, told = ?, bytes = ?
                WHERE id = ?
                """
        ).execute(
            arguments: [
                SubjectColumns(summary.subject).network, operation.begun, summary.step, summary.done, summary.total,
                try told(operation), bytes,
                operation.id.text,
            ])
    }

    /// Follows an operation over some entries of its journal. Costs the same however many steps it has.
    func follow(_ operation: Operation, _ entries: [JournalEntry]) throws {
        var (begun, done) = (-1, 0)
        for entry in entries {
            switch entry {
            case .began(let step): begun = max(begun, step)
            case .did: done += 1
            default: break
            }
        }
        try database.cachedStatement(
            sql: """
                UPDATE operation SET step = CASE WHEN ? > begun THEN ? ELSE step END,
                    begun = CASE WHEN ? > begun THEN ? ELSE begun END, done = done + ?, told = ? WHERE id = ?
                """
        ).execute(
            arguments: [
                begun, operation.plan.name(of: begun), begun, begun, done, try told(operation), operation.id.text,
            ])
    }

    /// Why it failed, where that is not in the same words as its failure.
    private func told(_ operation: Operation) throws -> String? {
        guard let failure = operation.failure else { return nil }
        let refusal = operation.refusal
        return refusal == failure ? nil : try StoredText.encode(refusal)
    }

    /// Writes them for operations of an older program. Of one whose plan cannot be read it stays unknown.
    static func fill(_ database: Database) throws {
        let ids = try String.fetchAll(database, sql: "SELECT id FROM operation")
        for id in ids {
            guard let operation = try? OperationRows(database: database).operation(OperationID(id)) else { continue }
            let bytes = try Int.fetchOne(
                database, sql: "SELECT LENGTH(plan) FROM operation_plan WHERE operation = ?", arguments: [id])
            try SummaryRows(database: database).write(operation, bytes: bytes ?? 0)
        }
    }
}

/// What an operation is about, in columns: the machine is empty for a network and for a host, the host for a network.
struct SubjectColumns {
    var node: String
    var machine: String
    var network: String?

    init(_ subject: OperationSummary.Subject) {
        switch subject {
        case .machine(let name, let host): (node, machine, network) = (host, name, nil)
        case .network(let name): (node, machine, network) = ("", "", name)
        case .host(let name): (node, machine, network) = (name, "", nil)
        }
    }

    init(_ row: Row) throws {
        node = try row.decode(forColumn: "node")
        machine = try row.decode(forColumn: "machine")
        network = try row.decode(forColumn: "network")
    }

    var subject: OperationSummary.Subject {
        if let network { return .network(name: network) }
        return machine.isEmpty ? .host(name: node) : .machine(name: machine, host: node)
    }
}
