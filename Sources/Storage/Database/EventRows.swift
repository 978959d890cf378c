internal import FoundationEssentials
internal import GRDB
internal import Model

/// Reads and writes events.
struct EventRows {
    var database: Database

    /// Number of newest events that are kept. Older events are deleted once there are twice as many.
    static let kept: Int64 = 10_000

    func append(_ event: HostEvent) throws {
        try database.cachedStatement(
            sql: """
                INSERT INTO event (number, time, kind, host, machine, network, words)
                SELECT COALESCE(MAX(number), 0) + 1, ?, ?, ?, ?, ?, ? FROM event
                """
        ).execute(
            arguments: [
                event.time.timeIntervalSince1970, event.kind.rawValue, event.host, event.machine,
                event.network, event.words,
            ])
    }

    func trim() throws {
        guard let numbers = try numbers(), numbers.upperBound.minus(numbers.lowerBound) >= 2 * Self.kept else { return }
        try database.execute(
            sql: "DELETE FROM event WHERE number <= ?", arguments: [numbers.upperBound.minus(Self.kept)])
    }

    /// The numbers of the events that are stored; `nil` if there are none.
    func numbers() throws -> ClosedRange<Int64>? {
        let row = try Row.fetchOne(database, sql: "SELECT MIN(number) AS first, MAX(number) AS last FROM event")
        guard let row, let first: Int64 = try row.decode(forColumn: "first"),
            let last: Int64 = try row.decode(forColumn: "last"), first <= last
        else { return nil }
        return first...last
    }

    /// Reads events, oldest first.
    ///
    /// - Parameter newest: whether the limit drops the oldest events instead of the newest ones.
    func events(after number: Int64, host: String?, limit: Int, newest: Bool) throws -> [HostEvent] {
        let events = try Row.fetchAll(
            database,
            sql: """
                SELECT number, time, kind, host, machine, network, words FROM event
                WHERE number > ? AND (? IS NULL OR host = ?) ORDER BY number \(newest ? "DESC" : "ASC") LIMIT ?
                """, arguments: [number, host, host, max(limit, 0)]
        ).compactMap { try event($0) }
        return newest ? events.reversed() : events
    }

    /// `nil` for a kind that this version does not know.
    private func event(_ row: Row) throws -> HostEvent? {
        guard let kind = HostEvent.Kind(rawValue: try row.decode(forColumn: "kind")) else { return nil }
        let time: Double = try row.decode(forColumn: "time")
        return HostEvent(
            kind, host: try row.decode(forColumn: "host"), machine: try row.decode(forColumn: "machine"),
            network: try row.decode(forColumn: "network"),
            words: try row.decode(forColumn: "words"), time: Date(told: time) ?? Date(timeIntervalSince1970: 0),
            number: try row.decode(forColumn: "number"))
    }
}
