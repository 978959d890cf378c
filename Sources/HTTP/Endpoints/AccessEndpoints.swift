internal import Control
internal import FoundationEssentials
internal import Model
internal import VMSAPI

extension ServerEndpoints {
    var accessEndpoints: [Endpoint] {
        callerEndpoints + auditEndpoints + quotaEndpoints + userEndpoints + teamEndpoints + tokenEndpoints
            + shareEndpoints
    }

    private var callerEndpoints: [Endpoint] {
        [
            Endpoint(WhoAmI.self) { (_, caller) throws(Refusal) in
                let rights = caller.rights
                let (records, fleet) = (try await access.records(), try await access.fleet())
                let names = AccessNames(records, fleet)
                var response = WhoAmIResponse()
                response.user = User(rights.principal, names)
                switch caller.credential {
                case .token(let id):
                    response.credential = "token"
                    response.token = records.token(id).map { AccessToken($0, names) }
                case .certificate: response.credential = "certificate"
                case .local: response.credential = "local"
                }
                if caller.isInSession { response.credential = "session" }
                response.share = rights.shares.map { NetworkShare($0, names) }
                response.right = RightWords(rights, names).lines
                return response
            }
        ]
    }

    /// - Throws: `notAllowed` for a token with limits, and for a session, which would not bind what they grant.
    private static func checkHasNoLimits(_ caller: Caller) throws(Refusal) {
        guard !caller.isInSession else {
            throw Refusal(.notAllowed, .credential, "a browser's session grants no rights that outlast it: use a token")
        }
        guard caller.rights.narrowing == Narrowing() else {
            throw Refusal(.notAllowed, .token, "a token with limits of its own grants no rights without them")
        }
    }

    private var userEndpoints: [Endpoint] {
        [
            Endpoint(AddUser.self) { (request, caller) throws(Refusal) in
                try Self.checkHasNoLimits(caller)
                let principal = try await access.add(
                    request.user, kind: request.kind == .service ? .service : .user,
                    serverRole: request.serverRole.map { Role($0) }, teams: try roles(request.team))
                var response = AddUserResponse()
                response.user = User(principal, try await names())
                return response
            },
            Endpoint(ChangeUser.self) { (request, caller) throws(Refusal) in
                try Self.checkHasNoLimits(caller)
                var teams: [String: Role?] = [:]
                for (team, role) in try roles(request.team) { teams[team] = .some(role) }
                for team in request.leaveTeam { teams[team] = .some(nil) }
                let takesRole = request.noServerRole ?? false
                let principal = try await access.change(
                    request.user, serverRole: takesRole ? .some(nil) : request.serverRole.map { Role($0) },
                    teams: teams, isDisabled: request.disabled,
                    addedKeys: try keys(request.addCertificateKey), removedKeys: try keys(request.removeCertificateKey))
                var response = ChangeUserResponse()
                response.user = User(principal, try await names())
                return response
            },
            Endpoint(RemoveUser.self) { request throws(Refusal) in
                try await access.remove(request.user)
                return RemoveUserResponse()
            },
            Endpoint(ListUsers.self) { _ throws(Refusal) in
                let names = try await names()
                var response = ListUsersResponse()
                response.user = names.records.principals.map { User($0, names) }
                return response
            },
        ]
    }

    private var teamEndpoints: [Endpoint] {
        [
            Endpoint(AddTeam.self) { request throws(Refusal) in
                var response = AddTeamResponse()
                response.team = VMSAPI.Team(try await access.addTeam(request.team))
                return response
            },
            Endpoint(RenameTeam.self) { request throws(Refusal) in
                var response = RenameTeamResponse()
                response.team = VMSAPI.Team(
                    try await access.renameTeam(request.team, to: request.newName))
                return response
            },
            Endpoint(RemoveTeam.self) { request throws(Refusal) in
                try await access.removeTeam(request.team)
                return RemoveTeamResponse()
            },
            Endpoint(ListTeams.self) { (_, caller) throws(Refusal) in
                var response = ListTeamsResponse()
                response.team = try await access.records().teams
                    .filter { caller.rights.role(on: Rights.Object(team: $0.id)) != nil }.map { VMSAPI.Team($0) }
                return response
            },
        ]
    }

    private var tokenEndpoints: [Endpoint] {
        [
            Endpoint(AddLoginCode.self) { (_, caller) throws(Refusal) in
                var response = AddLoginCodeResponse()
                response.code = try sessions.code(for: caller)
                response.seconds = Int32(clamping: sessions.limits.code.components.seconds)
                return response
            },
            Endpoint(AddToken.self) { (request, caller) throws(Refusal) in
                try Self.checkHasNoLimits(caller)
                let (token, text) = try await access.addToken(
                    for: request.user ?? caller.rights.principal.name, days: Int(clamping: request.days),
                    narrowing: try await narrowing(request, caller), note: request.note, by: caller)
                var response = AddTokenResponse()
                response.token = AccessToken(token, try await names())
                response.text = text
                return response
            },
            Endpoint(ListTokens.self) { (request, caller) throws(Refusal) in
                let names = try await names()
                var response = ListTokensResponse()
                response.token = names.records.tokens(of: request.user ?? caller.rights.principal.name)
                    .filter { caller.manages($0.id) }.map { AccessToken($0, names) }
                return response
            },
            Endpoint(RevokeToken.self) { (request, caller) throws(Refusal) in
                let id = TokenID(request.token)
                guard caller.manages(id) else {
                    throw Refusal(.notAllowed, .token, "a token with limits of its own revokes no other token")
                }
                let isAdmin = caller.rights.role(on: .server) == .admin
                try await access.revokeToken(request.token, of: isAdmin ? nil : caller.rights.principal.name)
                return RevokeTokenResponse()
            },
        ]
    }

    private var shareEndpoints: [Endpoint] {
        [
            Endpoint(ShareVirtualNetwork.self) { (request, caller) throws(Refusal) in
                let share = try await access.share(
                    request.networkName, withUser: request.user, orTeam: request.team, role: Role(request.role),
                    until: request.until, by: caller)
                var response = ShareVirtualNetworkResponse()
                response.share = NetworkShare(share, try await names())
                return response
            },
            Endpoint(UnshareVirtualNetwork.self) { (request, caller) throws(Refusal) in
                try await access.unshare(
                    request.networkName, withUser: request.user, orTeam: request.team, by: caller)
                return UnshareVirtualNetworkResponse()
            },
            Endpoint(ListShares.self) { request throws(Refusal) in
                let names = try await names()
                let network = try names.fleet.network(request.networkName)
                var response = ListSharesResponse()
                response.share = names.records.shares(of: network.id).map { NetworkShare($0, names) }
                return response
            },
        ]
    }

    private func names() async throws(Refusal) -> AccessNames {
        AccessNames(try await access.records(), try await access.fleet())
    }

    /// The roles by team.
    ///
    /// - Throws: `duplicateField`-like `invalidValue` for a team that is named twice.
    private func roles(_ list: [TeamRole]) throws(Refusal) -> [String: Role] {
        var roles: [String: Role] = [:]
        for one in list {
            guard roles.updateValue(Role(one.role), forKey: one.team) == nil else {
                throw Refusal(
                    .invalidValue, .team, "\(.team) '\(one.team.shown)' is named twice", value: one.team.shown)
            }
        }
        return roles
    }

    private func keys(_ texts: [String]) throws(Refusal) -> Set<Digest> {
        Set(
            try texts.map { text throws(Refusal) in
                let digest = Digest(text.lowercased())
                guard digest.isWellFormed else {
                    throw Refusal(
                        .invalidValue, .certificateKey,
                        "\(.certificateKey) is '\(text.shown)': must be a SHA-256 digest of 64 hexadecimal digits",
                        value: text.shown)
                }
                return digest
            })
    }

    private func narrowing(_ request: AddToken, _ caller: Caller) async throws(Refusal) -> Narrowing {
        var narrowing = Narrowing()
        narrowing.role = request.role.map { Role($0) }
        if !request.networkName.isEmpty {
            let visible = try await access.fleet().networks(visibleTo: caller.rights)
            narrowing.networks = Set(
                try request.networkName.map { name throws(Refusal) in
                    if let network = visible.first(where: { $0.name == name }) { return network.id }
                    throw Fleet.networkNotFound(name, among: visible.map(\.name))
                })
        }
        if !request.service.isEmpty {
            let known = Set(ServiceList.all.map { $0.name })
            if let unknown = request.service.first(where: { !known.contains($0) }) {
                throw Refusal(
                    .invalidValue, .service, "\(.service) is '\(unknown.shown)': no such service", value: unknown.shown)
            }
            narrowing.services = Set(request.service)
        }
        if !request.source.isEmpty {
            narrowing.sources = try request.source.map { text throws(Refusal) in
                try IPPrefix(text, subject: .source)
            }
        }
        return narrowing
    }
}

extension Caller {
    /// Whether the caller may list and revoke a token of its own: with a token that has limits, only that one.
    fileprivate func manages(_ token: TokenID) -> Bool {
        rights.narrowing == Narrowing() || credential == .token(token)
    }
}

/// Records, for the names behind ids.
private struct AccessNames {
    let records: AccessRecords
    let fleet: Fleet

    init(_ records: AccessRecords, _ fleet: Fleet) { (self.records, self.fleet) = (records, fleet) }

    func name(_ id: TeamID) -> String { records.team(id)?.name ?? id.text }
    func name(_ id: NetworkID) -> String { fleet.network(id: id)?.name ?? id.text }
}

/// The rights of a caller, in words.
private struct RightWords {
    let lines: [String]

    init(_ rights: Rights, _ names: AccessNames) {
        let principal = rights.principal
        var lines = [principal.serverRole.map { "\($0.rawValue) on the server" }].compactMap(\.self)
        lines += principal.teams.map { "\($1.rawValue) in team \(names.name($0))" }.sorted()
        lines += rights.shares.map { "\($0.role.rawValue) on network \(names.name($0.network)), which is shared" }
        if let role = rights.narrowing.role { lines.append("at most \(role.rawValue), by the token") }
        if let networks = rights.narrowing.networks {
            lines.append("only on " + networks.map(names.name).sorted().joined(separator: ", ") + ", by the token")
        }
        if let services = rights.narrowing.services {
            lines.append("only " + services.sorted().joined(separator: ", ") + ", by the token")
        }
        self.lines = lines
    }
}

extension AccessRole {
    fileprivate init(_ role: Role) {
        self =
            switch role {
            case .viewer: .viewer
            case .user: .user
            case .operator: .operator
            case .admin: .admin
            }
    }
}

extension User {
    fileprivate init(_ principal: Principal, _ names: AccessNames) {
        self.init()
        user = principal.name
        kind = principal.kind == .service ? .service : .user
        serverRole = principal.serverRole.map { AccessRole($0) }
        team = principal.teams.map { id, role in
            var one = TeamRole()
            (one.team, one.role) = (names.name(id), AccessRole(role))
            return one
        }.sorted { $0.team < $1.team }
        disabled = principal.isDisabled
        certificateKey = principal.certificateKeys.map(\.text).sorted()
        created = principal.created
    }
}

extension VMSAPI.Team {
    fileprivate init(_ team: Model.Team) {
        self.init()
        (self.team, created) = (team.name, team.created)
    }
}

extension AccessToken {
    fileprivate init(_ token: Token, _ names: AccessNames) {
        self.init()
        (self.token, user, note) = (token.id.text, token.principal, token.note)
        (created, expires, lastUsed) = (token.created, token.expires, token.lastUsed)
        role = token.narrowing.role.map { AccessRole($0) }
        networkName = (token.narrowing.networks ?? []).map(names.name).sorted()
        service = (token.narrowing.services ?? []).sorted()
        source = (token.narrowing.sources ?? []).map(\.description)
    }
}

extension NetworkShare {
    fileprivate init(_ share: Share, _ names: AccessNames) {
        self.init()
        networkName = names.name(share.network)
        switch share.grantee {
        case .principal(let name): user = name
        case .team(let id): team = names.name(id)
        }
        (role, until) = (AccessRole(share.role), share.until)
    }
}
