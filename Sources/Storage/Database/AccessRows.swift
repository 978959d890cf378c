internal import FoundationEssentials
internal import GRDB
internal import Model

/// Reads and writes principals, teams, tokens and shares.
struct AccessRows {
    var database: Database

    /// All records, as they are when a store is opened.
    func records() throws -> AccessRecords {
        var owners: [String: TeamID] = [:]
        for row in try Row.fetchAll(database, sql: "SELECT image, team FROM image_owner") {
            owners[try row.decode(forColumn: "image")] = TeamID(try row.decode(forColumn: "team"))
        }
        return AccessRecords(
            principals: try all("principal"), teams: try all("team"), tokens: try all("token"),
            shares: try all("share"), imageOwners: owners)
    }

    private func all<Record: Decodable & Sendable>(_ table: String) throws -> [Record] {
        try StoredText.decode(all: try String.fetchAll(database, sql: "SELECT record FROM \(table)"))
    }

    /// Writes one change. Removing a missing record does nothing.
    func write(_ change: AccessChange) throws {
        switch change {
        case .putPrincipal(let principal):
            try execute(
                """
                INSERT INTO principal (name, record) VALUES (?, ?)
                ON CONFLICT (name) DO UPDATE SET record = excluded.record
                """, [principal.name, try StoredText.encode(principal)])
        case .removePrincipal(let name):
            try execute("DELETE FROM principal WHERE name = ?", [name])
            try removeShares(with: .principal(name))
        case .putTeam(let team):
            try execute(
                """
                INSERT INTO team (id, name, record) VALUES (?, ?, ?)
                ON CONFLICT (id) DO UPDATE SET name = excluded.name, record = excluded.record
                """, [team.id.text, team.name, try StoredText.encode(team)])
        case .removeTeam(let id): try removeTeam(id)
        case .putToken(let token):
            try execute(
                """
                INSERT INTO token (id, principal, record) VALUES (?, ?, ?)
                ON CONFLICT (id) DO UPDATE SET principal = excluded.principal, record = excluded.record
                """, [token.id.text, token.principal, try StoredText.encode(token)])
        case .removeToken(let id): try execute("DELETE FROM token WHERE id = ?", [id.text])
        case .tokenWasUsed(let id, let time):
            let statement = try database.cachedStatement(sql: "SELECT record FROM token WHERE id = ?")
            guard let text = try String.fetchOne(statement, arguments: [id.text]) else { return }
            var token = try StoredText.decode(text, as: Token.self)
            token.lastUsed = time
            try write(.putToken(token))
        case .ownImage(let image, nil): try execute("DELETE FROM image_owner WHERE image = ?", [image])
        case .ownImage(let image, let team?):
            try execute(
                """
                INSERT INTO image_owner (image, team) VALUES (?, ?)
                ON CONFLICT (image) DO UPDATE SET team = excluded.team
                """, [image, team.text])
        case .putShare(let share):
            try execute(
                """
                INSERT INTO share (network, grantee, record) VALUES (?, ?, ?)
                ON CONFLICT (network, grantee) DO UPDATE SET record = excluded.record
                """, [share.network.text, share.grantee.key, try StoredText.encode(share)])
        case .removeShare(let network, let grantee):
            try execute("DELETE FROM share WHERE network = ? AND grantee = ?", [network.text, grantee.key])
        case .removeShares(let network): try execute("DELETE FROM share WHERE network = ?", [network.text])
        }
    }

    private func removeTeam(_ id: TeamID) throws {
        try execute("DELETE FROM team WHERE id = ?", [id.text])
        try removeShares(with: .team(id))
        let principals: [Principal] = try all("principal")
        for var principal in principals where principal.teams[id] != nil {
            principal.teams[id] = nil
            try write(.putPrincipal(principal))
        }
    }

    private func removeShares(with grantee: Share.Grantee) throws {
        try execute("DELETE FROM share WHERE grantee = ?", [grantee.key])
    }

    private func execute(_ query: String, _ arguments: StatementArguments) throws {
        try database.cachedStatement(sql: query).execute(arguments: arguments)
    }
}

extension Share.Grantee {
    /// Its text in the database.
    fileprivate var key: String {
        switch self {
        case .principal(let name): "principal \(name)"
        case .team(let id): "team \(id.text)"
        }
    }
}
