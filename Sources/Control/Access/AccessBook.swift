package import FoundationEssentials
package import Logging
package import Model

/// The service calls for users, teams, tokens and shares.
package struct AccessBook: Sendable {
    private let store: any Store
    private let log: Logger
    private let now: @Sendable () -> Date
    private let newID: @Sendable () -> String

    package init(
        store: any Store, log: Logger, now: @escaping @Sendable () -> Date = { Date() },
        newID: @escaping @Sendable () -> String = { UUID().uuidString.lowercased() }
    ) {
        (self.store, self.log, self.now, self.newID) = (store, log, now, newID)
    }

    package init(_ context: ControlContext) {
        self.init(store: context.store, log: context.log, now: context.now, newID: context.newID)
    }

    package func records() async throws(Refusal) -> AccessRecords { try await store.access() }

    /// See ``Store/auditLines(after:limit:)``.
    package func audit(after number: Int64, limit: Int) async throws(Refusal) -> [AuditLine] {
        try await store.auditLines(after: number, limit: limit)
    }

    package func fleet() async throws(Refusal) -> Fleet { try await store.fleet() }

    // MARK: - Users

    /// Adds a user or a service.
    ///
    /// - Parameter teams: its roles, by the name of each team.
    /// - Throws: `principalNameTaken`, `invalidName`, `teamNotFound`.
    package func add(
        _ name: String, kind: Principal.Kind, serverRole: Role?, teams: [String: Role]
    ) async throws(Refusal) -> Principal {
        try AccessName.check(name, subject: .user)
        let roles = try await roles(teams)
        let principal = Principal(name: name, kind: kind, serverRole: serverRole, teams: roles, created: now())
        try await store.apply([.putPrincipal(principal)]) { records, _ throws(Refusal) in
            guard records.principal(name) == nil else {
                throw Refusal(
                    .principalNameTaken, .user, "\(.user) is '\(name)': there is one of that name", value: name)
            }
            try Self.check(roles, records)
        }
        log.notice("user added", metadata: ["name": "\(name)"])
        return principal
    }

    /// Changes a user's roles, or whether it is disabled; `nil` leaves a part as it is.
    ///
    /// - Parameters:
    ///   - serverRole: `.some(nil)` takes the role on the server away.
    ///   - teams: roles to set, by the name of each team; `nil` takes a role away.
    /// - Throws: `principalNotFound`, `teamNotFound`; `lastAdmin` if no user could manage users afterwards.
    package func change(
        _ name: String, serverRole: Role?? = nil, teams: [String: Role?] = [:], isDisabled: Bool? = nil,
        addedKeys: Set<Digest> = [], removedKeys: Set<Digest> = []
    ) async throws(Refusal) -> Principal {
        let records = try await store.access()
        var changed = try Self.principal(name, in: records)
        if let serverRole { changed.serverRole = serverRole }
        for (team, role) in teams { changed.teams[try Self.team(team, in: records).id] = role }
        if let isDisabled { changed.isDisabled = isDisabled }
        changed.certificateKeys.formUnion(addedKeys)
        changed.certificateKeys.subtract(removedKeys)
        let (principal, before) = (changed, try Self.principal(name, in: records))
        try await store.apply([.putPrincipal(principal)]) { records, _ throws(Refusal) in
            guard records.principal(name) == before else {
                throw Refusal(
                    .principalNotFound, .user, "\(.user) is '\(name.shown)': it was changed meanwhile; try again")
            }
            try Self.check(principal.teams, records)
            guard principal.isAdmin || !before.isAdmin || records.hasAdmin(besides: name) else {
                throw Self.lastAdmin(name)
            }
            for key in principal.certificateKeys {
                guard let other = records.principal(certificateKey: key), other.name != name else { continue }
                throw Refusal(
                    .principalNameTaken, .certificateKey, "the certificate's key belongs to another user")
            }
        }
        log.notice("user changed", metadata: ["name": "\(name)"])
        return principal
    }

    /// Removes a user with its tokens and shares.
    ///
    /// - Throws: `principalNotFound`, `lastAdmin`.
    package func remove(_ name: String) async throws(Refusal) {
        try await store.apply([.removePrincipal(name)]) { records, _ throws(Refusal) in
            let principal = try Self.principal(name, in: records)
            guard !principal.isAdmin || records.hasAdmin(besides: name) else { throw Self.lastAdmin(name) }
        }
        log.notice("user removed", metadata: ["name": "\(name)"])
    }

    // MARK: - Teams

    /// - Throws: `invalidName`, `teamNameTaken`.
    package func addTeam(_ name: String) async throws(Refusal) -> Team {
        try AccessName.check(name, subject: .team)
        let team = Team(id: TeamID(newID()), name: name, created: now())
        try await store.apply([.putTeam(team)]) { records, _ throws(Refusal) in
            try Self.checkFree(name, records)
        }
        return team
    }

    /// Renames a team. Everything that it owns stays with it.
    ///
    /// - Throws: `teamNotFound`, `teamNameTaken`, `invalidName`.
    package func renameTeam(_ name: String, to newName: String) async throws(Refusal) -> Team {
        try AccessName.check(newName, subject: .team)
        return try await changeTeam(name) { $0.name = newName }
    }

    /// Changes a team as it is at that moment: of two changes at the same time, both hold.
    private func changeTeam(_ name: String, _ change: (inout Team) -> Void) async throws(Refusal) -> Team {
        while true {
            let before = try Self.team(name, in: try await store.access())
            var changed = before
            change(&changed)
            let team = changed
            do throws(Refusal) {
                try await store.apply([.putTeam(team)]) { records, _ throws(Refusal) in
                    guard records.team(before.id) == before else { throw Self.changedMeanwhile }
                    if team.name != name { try Self.checkFree(team.name, records) }
                }
                return team
            } catch {
                // Another change was made; each attempt that fails here means one that succeeded.
                guard error == Self.changedMeanwhile else { throw error }
            }
        }
    }

    private static let changedMeanwhile = Refusal(.teamNotFound, .team, "the team was changed meanwhile; try again")

    /// A team with what it uses of its quota.
    ///
    /// - Throws: `teamNotFound`.
    package func usage(
        of name: String
    ) async throws(Refusal) -> (team: Team, usage: Usage, operations: Int64, moves: Int64) {
        let team = try Self.team(name, in: try await store.access())
        let fleet = try await store.fleet()
        let operations = try await store.unfinished().count { fleet.access(of: $0.subject).team == team.id }
        return (team, fleet.usage(of: team.id), Int64(clamping: operations), try await store.moves(of: team.id))
    }

    /// Changes the limits of a team.
    ///
    /// - Throws: `teamNotFound`.
    package func setQuota(of name: String, _ change: (inout Quota) -> Void) async throws(Refusal) {
        _ = try await changeTeam(name) { change(&$0.quota) }
    }

    /// - Throws: `teamNotFound`; `teamInUse` for a team that owns something, and for the standard team.
    package func removeTeam(_ name: String) async throws(Refusal) {
        let team = try Self.team(name, in: try await store.access())
        try await store.apply([.removeTeam(team.id)]) { records, fleet throws(Refusal) in
            let owned = [
                (fleet.machines(of: team.id).count, "machines"), (fleet.networks(of: team.id).count, "networks"),
                (records.ownsImages(team.id) ? 1 : 0, "images"),
                (team.id == .standard ? 1 : 0, "what has no other team"),
            ].filter { $0.0 > 0 }.map(\.1)
            guard owned.isEmpty else {
                throw Refusal(
                    .teamInUse, .team, "\(.team) is '\(name.shown)': it owns \(owned.joined(separator: " and "))",
                    value: name.shown)
            }
        }
    }

    // MARK: - Tokens

    /// Makes a token. Its text is returned this once, and stored nowhere. A token that a user makes with another one of
    /// its own is not valid for longer than that one.
    ///
    /// - Parameter days: the time that it is valid, from 1 to 3650 days.
    /// - Throws: `principalNotFound`, `outOfRange`.
    package func addToken(
        for name: String, days: Int = Token.days, narrowing: Narrowing = Narrowing(), note: String? = nil,
        by caller: Caller? = nil
    ) async throws(Refusal) -> (token: Token, text: String) {
        guard (1...3650).contains(days) else {
            throw Refusal(
                .outOfRange, .days, "\(.days) is '\(days)': must be from 1 to 3650 days", value: "\(days)")
        }
        let text = TokenText(id: Secret.random(TokenText.idLength), secret: Secret.random(TokenText.secretLength))
        let now = now()
        var expires = now.addingTimeInterval(Double(days) * 86_400)
        if case .token(let id)? = caller?.credential, let parent = try await store.access().token(id),
            parent.principal == name
        {
            expires = min(expires, parent.expires)
        }
        let token = Token(
            id: text.id, principal: name, digest: Secret.digest(of: text.secret), created: now,
            expires: expires, narrowing: narrowing, note: note)
        try await store.apply([.putToken(token)]) { records, _ throws(Refusal) in
            _ = try Self.principal(name, in: records)
            guard records.token(token.id) == nil else {
                throw Refusal(.internalError, "a token of this id exists: try again")
            }
        }
        log.notice("token added", metadata: ["id": "\(token.id.text)", "user": "\(name)"])
        return (token, text.text)
    }

    /// Revokes a token: the next call with it is refused.
    ///
    /// - Parameter owner: only a token of this principal; `nil` for any.
    /// - Throws: `tokenNotFound`.
    package func revokeToken(_ id: String, of owner: String?) async throws(Refusal) {
        let id = TokenID(id)
        try await store.apply([.removeToken(id)]) { records, _ throws(Refusal) in
            guard let token = records.token(id), owner == nil || token.principal == owner else {
                throw Refusal(
                    .tokenNotFound, .token, "\(.token) is '\(id.text.shown)': there is none", value: id.text.shown)
            }
        }
        log.notice("token revoked", metadata: ["id": "\(id.text)"])
    }

    // MARK: - Shares

    /// Gives rights on a network to a user or a team; replaces an earlier share with the same grantee.
    ///
    /// - Throws: `networkNotFound`, `principalNotFound`, `teamNotFound`; `invalidValue` for an end in the past.
    package func share(
        _ network: String, withUser user: String?, orTeam team: String?, role: Role, until: Date?, by caller: Caller
    ) async throws(Refusal) -> Share {
        let most = try await sharingRole(network, caller)
        guard role <= most else {
            throw Refusal(
                .notAllowed, .role,
                "\(.role) is '\(role.rawValue)': a share gives at most the own role, \(most.rawValue)",
                value: role.rawValue)
        }
        if let until, until <= now() {
            throw Refusal(.invalidValue, .until, "\(.until) is in the past: the share would never be in force")
        }
        let grantee = try await grantee(user, team)
        let share = Share(
            network: try await store.fleet().network(network).id, grantee: grantee, role: role, until: until)
        try await store.apply([.putShare(share)]) { records, fleet throws(Refusal) in
            _ = try fleet.network(network)
            guard Self.exists(grantee, records) else {
                throw Refusal(.principalNotFound, .user, "the user or team was removed meanwhile")
            }
        }
        return share
    }

    /// - Throws: `shareNotFound`, `networkNotFound`, `notAllowed`.
    package func unshare(
        _ network: String, withUser user: String?, orTeam team: String?, by caller: Caller
    ) async throws(Refusal) {
        _ = try await sharingRole(network, caller)
        let grantee = try await grantee(user, team)
        let id = try await store.fleet().network(network).id
        try await store.apply([.removeShare(id, grantee)]) { records, _ throws(Refusal) in
            guard records.shares(of: id).contains(where: { $0.grantee == grantee }) else {
                throw Refusal(
                    .shareNotFound, .networkName, "\(.networkName) is '\(network.shown)': it is not shared so")
            }
        }
    }

    /// The caller's role on a network whose shares it may change.
    ///
    /// - Throws: `notAllowed` if it has only what others share with it, which may end, or a token with limits, which
    ///   shares would outlive.
    private func sharingRole(_ network: String, _ caller: Caller) async throws(Refusal) -> Role {
        let network = try await store.fleet().network(network)
        guard let role = caller.rights.ownRole(on: network.access), role >= .operator,
            caller.rights.narrowing == Narrowing()
        else {
            throw Refusal(
                .notAllowed, .networkName,
                "\(.networkName) is '\(network.name)': it is shared by operators of its team, with a token without limits",
                value: network.name)
        }
        return role
    }

    private func grantee(_ user: String?, _ team: String?) async throws(Refusal) -> Share.Grantee {
        let records = try await store.access()
        switch (user, team) {
        case (let user?, nil): return .principal(try Self.principal(user, in: records).name)
        case (nil, let team?): return .team(try Self.team(team, in: records).id)
        default: throw Refusal(.missingField, .user, "give either \(.user) or \(.team)")
        }
    }

    private static func exists(_ grantee: Share.Grantee, _ records: AccessRecords) -> Bool {
        switch grantee {
        case .principal(let name): records.principal(name) != nil
        case .team(let id): records.team(id) != nil
        }
    }

    // MARK: - Look-up by a caller's text

    private func roles(_ teams: [String: Role]) async throws(Refusal) -> [TeamID: Role] {
        let records = try await store.access()
        var roles: [TeamID: Role] = [:]
        for (name, role) in teams { roles[try Self.team(name, in: records).id] = role }
        return roles
    }

    private static func check(_ roles: [TeamID: Role], _ records: AccessRecords) throws(Refusal) {
        for id in roles.keys where records.team(id) == nil {
            throw Refusal(.teamNotFound, .team, "a team was removed meanwhile; try again")
        }
    }

    private static func checkFree(_ name: String, _ records: AccessRecords) throws(Refusal) {
        guard records.team(named: name) == nil else {
            throw Refusal(.teamNameTaken, .team, "\(.team) is '\(name)': there is one of that name", value: name)
        }
    }

    private static func principal(_ name: String, in records: AccessRecords) throws(Refusal) -> Principal {
        if let principal = records.principal(name) { return principal }
        throw Refusal(.principalNotFound, .user, "\(.user) is '\(name.shown)': no such user", value: name.shown)
    }

    private static func team(_ name: String, in records: AccessRecords) throws(Refusal) -> Team {
        if let team = records.team(named: name) { return team }
        throw Refusal(.teamNotFound, .team, "\(.team) is '\(name.shown)': no such team", value: name.shown)
    }

    private static func lastAdmin(_ name: String) -> Refusal {
        Refusal(
            .lastAdmin, .user, "\(.user) is '\(name.shown)': it is the last administrator that can manage users",
            value: name.shown)
    }
}
