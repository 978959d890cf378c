internal import FoundationEssentials
internal import GRDB
internal import Model

/// Reads and writes operation summaries. A summary has its own columns, so that a list of a thousand operations reads
/// no plans.
struct SummaryRows {
    var database: Database

    func summary(of id: OperationID) throws -> OperationSummary? {
        try fetch("WHERE id = ?", [id.text]).first?.summary
    }

    /// See ``Store/summaries(_:of:)``.
    func page(_ query: ListQuery, of visible: OperationScope?) throws -> ListPage<OperationSummary> {
        var (conditions, arguments): ([String], StatementArguments) = ([], [])
        if let visible {
            let marks = { (count: Int) in Array(repeating: "?", count: count).joined(separator: ", ") }
            conditions.append(
                "(team IN (\(marks(visible.teams.count))) OR network_id IN (\(marks(visible.networks.count))))")
            arguments += StatementArguments(visible.teams.map(\.text) + visible.networks.map(\.text))
        }
        for term in query.terms {
            guard let column = Self.columns[term.key] else { continue }
            // SQLite would take the text up to its first NUL, which no stored value contains.
            if term.value.contains("\0") {
                conditions.append("0")
            } else if let prefix = term.prefix {
                conditions.append("substr(coalesce(\(column), ''), 1, length(?)) = ?")
                arguments += [prefix, prefix]
            } else if term.value.isEmpty {
                conditions.append("\(column) IS NULL")
            } else {
                conditions.append("\(column) = ?")
                arguments += [term.value]
            }
        }
        let isAscending = query.key != nil && !query.isDescending
        if case .number(let number)? = query.after?.value {
            conditions.append(isAscending ? "number > ?" : "number < ?")
            arguments += [number]
        }
        // SQLite takes a negative limit as no limit.
        let most = max(query.most, 0)
        arguments += [most.plus(1)]
        let condition = conditions.isEmpty ? "" : "WHERE " + conditions.joined(separator: " AND ")
        let found = try fetch(
            "\(condition) ORDER BY number \(isAscending ? "ASC" : "DESC") LIMIT ?", arguments)
        let rows = found.prefix(most)
        let last = rows.count < found.count ? rows.last : nil
        return ListPage(
            rows: rows.map(\.summary),
            next: last.map { query.text(ListPosition(.number($0.number), [$0.summary.id.text])) },
            isTruncated: last != nil && query.limit == nil)
    }

    /// The columns of the keys by which callers filter operations.
    private static let columns = [
        "state": "state", "service": "service", "phyServer": "host", "vmName": "machine", "networkName": "network",
    ]

    private func fetch(
        _ condition: String, _ arguments: StatementArguments
    ) throws -> [(number: Int64, summary: OperationSummary)] {
        let sql = """
            SELECT id, number, service, host, machine, network, state, step, done, total, failure, told, started, ended,
                team, network_id
            FROM operation \(condition)
            """
        // Callers can combine conditions in any number of ways; such statements are not cached.
        let isCached = !condition.contains(" AND ")
        let statement = try isCached ? database.cachedStatement(sql: sql) : database.makeStatement(sql: sql)
        return try Row.fetchAll(statement, arguments: arguments).map { row in
            (try row.decode(forColumn: "number"), try summary(row))
        }
    }

    private func summary(_ row: Row) throws -> OperationSummary {
        let failure: String? = try row.decode(forColumn: "failure")
        let reason: String? = try row.decode(forColumn: "told")
        let started: Double = try row.decode(forColumn: "started")
        let ended: Double? = try row.decode(forColumn: "ended")
        var summary = OperationSummary(
            id: OperationID(try row.decode(forColumn: "id")), service: try row.decode(forColumn: "service"),
            subject: try SubjectColumns(row).subject(),
            state: try OperationRows.state(try row.decode(forColumn: "state")),
            step: try row.decode(forColumn: "step"), done: try row.decode(forColumn: "done"),
            total: try row.decode(forColumn: "total"),
            refusal: try (reason ?? failure).map { try StoredText.decode($0) },
            started: Date(told: started) ?? Date(timeIntervalSince1970: 0), ended: ended.flatMap { Date(told: $0) })
        let (team, network): (String?, String?) = (
            try row.decode(forColumn: "team"), try row.decode(forColumn: "network_id")
        )
        summary.access = Rights.Object(team: team.map { TeamID($0) }, network: network.map { NetworkID($0) })
        return summary
    }

    /// Updates the summary with new journal entries. The cost does not depend on the number of steps.
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
                begun, begun.flatMap { operation.plan.name(of: $0) }, begun, begun, done,
                try Self.storedReason(operation),
                operation.id.text,
            ])
    }

    /// The stored reason for the failure, if its wording differs from `failure`.
    static func storedReason(_ operation: Operation) throws -> String? {
        guard let failure = operation.failure else { return nil }
        let refusal = operation.refusal
        return refusal == failure ? nil : try StoredText.encode(refusal)
    }
}
