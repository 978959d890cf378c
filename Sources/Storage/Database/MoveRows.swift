internal import FoundationEssentials
internal import GRDB
internal import Model

/// The moves of machines that count for the quotas of teams: those of the last hour.
struct MoveRows {
    var database: Database
    var time: Date

    /// The number of machines of a team that were moved within the last hour.
    func count(of team: TeamID) throws -> Int64 {
        let statement = try database.cachedStatement(
            sql: "SELECT coalesce(sum(machines), 0) FROM move WHERE team = ? AND time > ? AND time <= ?")
        let arguments: StatementArguments = [team.text, since, time.timeIntervalSince1970]
        return try Int64.fetchOne(statement, arguments: arguments) ?? 0
    }

    /// Records moves, if the quotas of their teams allow them.
    ///
    /// - Throws: `quotaExceeded`.
    func add(_ moves: [TeamID: Int64], _ access: AccessRecords) throws {
        guard !moves.isEmpty else { return }
        // Of a clock that was set back, rows in the future may be left.
        try database.cachedStatement(sql: "DELETE FROM move WHERE time <= ? OR time > ?")
            .execute(arguments: [since, time.timeIntervalSince1970])
        for (id, machines) in moves {
            if let team = access.team(id) { try team.quota.check(moves: count(of: id), asked: machines, of: team.name) }
            try database.cachedStatement(sql: "INSERT INTO move (team, time, machines) VALUES (?, ?, ?)")
                .execute(arguments: [id.text, time.timeIntervalSince1970, machines])
        }
    }

    private var since: Double { time.timeIntervalSince1970 - 3600 }
}
