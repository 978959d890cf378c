package import FoundationEssentials

/// The rights of one call: those of its principal, within the limits of its token, at one moment.
package struct Rights: Sendable {
    /// An object, by what its rights depend on.
    package struct Object: Sendable, Equatable {
        /// Its owner; `nil` for an object that belongs to the server, such as a host or an image of the operator.
        package var team: TeamID?
        /// The network that it is, or is a part of.
        package var network: NetworkID?

        package init(team: TeamID?, network: NetworkID? = nil) { (self.team, self.network) = (team, network) }

        package static let server = Object(team: nil)
    }

    package let principal: Principal
    package let narrowing: Narrowing
    private let records: AccessRecords
    private let time: Date

    package init(
        of principal: Principal, _ narrowing: Narrowing = Narrowing(), in records: AccessRecords, at time: Date
    ) {
        (self.principal, self.narrowing, self.records, self.time) = (principal, narrowing, records, time)
    }

    /// The caller's role on an object; `nil` if the caller may not even know of it.
    package func role(on object: Object) -> Role? { role(on: object, sharing: true) }

    /// The caller's role on an object without what others share with the caller.
    package func ownRole(on object: Object) -> Role? { role(on: object, sharing: false) }

    private func role(on object: Object, sharing: Bool) -> Role? {
        guard !principal.isDisabled else { return nil }
        if let networks = narrowing.networks {
            guard let network = object.network, networks.contains(network) else { return nil }
        }
        let roles = [
            principal.serverRole, object.team.flatMap { principal.teams[$0] },
            sharing ? object.network.flatMap(sharedRole) : nil,
        ]
        guard let role = roles.compactMap(\.self).max() else { return nil }
        return narrowing.role.map { min(role, $0) } ?? role
    }

    package func allows(service: String) -> Bool { narrowing.allows(service: service) }

    /// Whether the caller sees every object of the server.
    package var seesAll: Bool { role(on: .server) != nil }

    /// The role that shares of a network give to the caller.
    private func sharedRole(_ network: NetworkID) -> Role? {
        let own = records.share(of: network, with: .principal(principal.name)).flatMap { share in
            share.isInForce(at: time) ? share.role : nil
        }
        let byTeam = principal.teams.compactMap { team, role -> Role? in
            guard let share = records.share(of: network, with: .team(team)), share.isInForce(at: time) else {
                return nil
            }
            return min(share.role, role)
        }
        return ([own] + byTeam).compactMap(\.self).max()
    }

    /// The shares in force that give the caller rights, sorted by network.
    package var shares: [Share] {
        let grantees = [Share.Grantee.principal(principal.name)] + principal.teams.keys.map { .team($0) }
        return grantees.flatMap { grantee in
            records.networks(sharedWith: grantee).compactMap { records.share(of: $0, with: grantee) }
        }.filter { $0.isInForce(at: time) }.sorted { $0.network.text < $1.network.text }
    }

    /// The teams whose objects the caller sees, sorted.
    package var teams: [TeamID] {
        principal.teams.keys.filter { role(on: Object(team: $0)) != nil }.sorted { $0.text < $1.text }
    }

    /// Ids of networks that the caller may see besides those of its teams: the ones that are shared with it, or to which
    /// its token is narrowed. Whether it does depends on ``role(on:)``.
    package var namedNetworks: Set<NetworkID> {
        let shared = Set(shares.map(\.network))
        return narrowing.networks.map { shared.union($0) } ?? shared
    }
}

extension Rights {
    /// The rights of everyone who reaches a server that only programs on its own machine can reach, and of the server
    /// itself.
    package static let local: Rights = {
        let principal = Principal(
            name: "local", kind: .service, serverRole: .admin, created: Date(timeIntervalSince1970: 0))
        return Rights(of: principal, in: AccessRecords(), at: Date(timeIntervalSince1970: 0))
    }()
}
