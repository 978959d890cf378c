internal import HashTreeCollections

/// All principals, teams, tokens and shares of a server. Copying it costs nothing, and every question about a call is
/// a look-up, however many there are.
package struct AccessRecords: Sendable, Equatable {
    private var principalsByName = TreeDictionary<String, Principal>()
    private var teamsByID: TreeDictionary<TeamID, Team> = [.standard: .standard]
    private var tokensByID = TreeDictionary<TokenID, Token>()
    private var tokensByPrincipal = Index<String, TokenID>()
    private var principalByKey = TreeDictionary<Digest, String>()
    /// Owners of images, by name and version. Images of the server itself are not in it.
    private var imageOwners = TreeDictionary<String, TeamID>()
    private var shares = TreeDictionary<ShareKey, Share>()
    private var sharesByNetwork = Index<NetworkID, ShareKey>()
    private var sharesByGrantee = Index<Share.Grantee, ShareKey>()

    private struct ShareKey: Hashable, Sendable {
        var network: NetworkID
        var grantee: Share.Grantee
    }

    package init(
        principals: [Principal] = [], teams: [Team] = [], tokens: [Token] = [], shares: [Share] = [],
        imageOwners: [String: TeamID] = [:]
    ) {
        for (image, team) in imageOwners { self.imageOwners[image] = team }
        for team in teams { teamsByID[team.id] = team }
        for principal in principals { put(principal) }
        for token in tokens { put(token) }
        for share in shares { put(share) }
    }

    // MARK: - Principals and teams

    /// Sorted by name.
    package var principals: [Principal] { principalsByName.values.sorted { $0.name < $1.name } }

    package func principal(_ name: String) -> Principal? { principalsByName[name] }

    /// The principal of a client certificate with this public key.
    package func principal(certificateKey key: Digest) -> Principal? {
        principalByKey[key].flatMap { principalsByName[$0] }
    }

    /// Sorted by name.
    package var teams: [Team] { teamsByID.values.sorted { $0.name < $1.name } }

    package func team(_ id: TeamID) -> Team? { teamsByID[id] }

    package func team(named name: String) -> Team? { teamsByID.values.first { $0.name == name } }

    /// Whether another principal than the named one may manage users.
    package func hasAdmin(besides name: String) -> Bool {
        principalsByName.values.contains { $0.isAdmin && $0.name != name }
    }

    /// The team that owns an image; `nil` for an image of the server itself, which everyone may use.
    package func owner(of image: Image) -> TeamID? { owner(ofImage: image.reference) }

    /// - Parameter reference: name and version of an image, which may not be there yet.
    package func owner(ofImage reference: String) -> TeamID? { imageOwners[reference] }

    /// Whether a team owns an image.
    package func ownsImages(_ team: TeamID) -> Bool { imageOwners.values.contains(team) }

    // MARK: - Credentials and shares

    package func token(_ id: TokenID) -> Token? { tokensByID[id] }

    /// The tokens of a principal, the newest first.
    package func tokens(of principal: String) -> [Token] {
        tokensByPrincipal[principal].compactMap { tokensByID[$0] }
            .sorted { ($0.created, $0.id.text) > ($1.created, $1.id.text) }
    }

    func share(of network: NetworkID, with grantee: Share.Grantee) -> Share? {
        shares[ShareKey(network: network, grantee: grantee)]
    }

    /// The shares of a network, those with principals first.
    package func shares(of network: NetworkID) -> [Share] {
        sharesByNetwork[network].compactMap { shares[$0] }.sorted { $0.order < $1.order }
    }

    /// Ids of the networks that are shared with a principal or a team.
    func networks(sharedWith grantee: Share.Grantee) -> [NetworkID] { sharesByGrantee[grantee].map(\.network) }

    // MARK: - Changes

    /// Applies a change to the records.
    package mutating func apply(_ change: AccessChange) {
        switch change {
        case .putPrincipal(let principal): put(principal)
        case .removePrincipal(let name): removePrincipal(name)
        case .putTeam(let team): teamsByID[team.id] = team
        case .removeTeam(let id): removeTeam(id)
        case .putToken(let token): put(token)
        case .removeToken(let id): removeToken(id)
        case .tokenWasUsed(let id, let time): tokensByID[id]?.lastUsed = time
        case .ownImage(let image, let team): imageOwners[image] = team
        case .putShare(let share): put(share)
        case .removeShare(let network, let grantee):
            remove(ShareKey(network: network, grantee: grantee))
        case .removeShares(let network): for key in sharesByNetwork[network] { remove(key) }
        }
    }

    private mutating func put(_ principal: Principal) {
        for key in principalsByName[principal.name]?.certificateKeys ?? [] { principalByKey[key] = nil }
        principalsByName[principal.name] = principal
        for key in principal.certificateKeys { principalByKey[key] = principal.name }
    }

    private mutating func removePrincipal(_ name: String) {
        for key in principalsByName[name]?.certificateKeys ?? [] { principalByKey[key] = nil }
        principalsByName[name] = nil
        for id in tokensByPrincipal[name] { removeToken(id) }
        for key in sharesByGrantee[.principal(name)] { remove(key) }
    }

    private mutating func removeTeam(_ id: TeamID) {
        teamsByID[id] = nil
        for key in sharesByGrantee[.team(id)] { remove(key) }
        for principal in principalsByName.values where principal.teams[id] != nil {
            principalsByName[principal.name]?.teams[id] = nil
        }
    }

    private mutating func put(_ token: Token) {
        tokensByID[token.id] = token
        tokensByPrincipal.insert(token.id, under: token.principal)
    }

    private mutating func removeToken(_ id: TokenID) {
        tokensByPrincipal.remove(id, under: tokensByID[id]?.principal)
        tokensByID[id] = nil
    }

    private mutating func put(_ share: Share) {
        let key = ShareKey(network: share.network, grantee: share.grantee)
        shares[key] = share
        sharesByNetwork.insert(key, under: share.network)
        sharesByGrantee.insert(key, under: share.grantee)
    }

    private mutating func remove(_ key: ShareKey) {
        shares[key] = nil
        sharesByNetwork.remove(key, under: key.network)
        sharesByGrantee.remove(key, under: key.grantee)
    }
}

extension Share {
    /// Its place in a list of a network's shares.
    fileprivate var order: (Int, String) {
        switch grantee {
        case .principal(let name): (0, name)
        case .team(let id): (1, id.text)
        }
    }
}
