extension VirtualNetwork {
    /// What rights on it depend on.
    package var access: Rights.Object { Rights.Object(team: team, network: id) }
}

extension Fleet {
    /// What rights on a machine depend on.
    package func access(of machine: Machine) -> Rights.Object {
        Rights.Object(team: machine.team, network: machine.network.flatMap { network(named: $0)?.id })
    }

    /// The networks that a caller may see, sorted by name. Their number, and not that of all networks, decides how long
    /// it takes.
    package func networks(visibleTo rights: Rights) -> [VirtualNetwork] {
        if rights.seesAll { return networks }
        var found: [String: VirtualNetwork] = [:]
        for network in rights.teams.flatMap({ networks(of: $0) }) { found[network.name] = network }
        for network in rights.namedNetworks.compactMap({ network(id: $0) })
        where rights.role(on: network.access) != nil {
            found[network.name] = network
        }
        return found.values.sorted { $0.name < $1.name }
    }

    /// The machines that a caller may see, sorted by name.
    package func machines(visibleTo rights: Rights) -> [Machine] {
        if rights.seesAll { return machines }
        let ofTeams = rights.teams.flatMap { machines(of: $0) }
        let known = Set(ofTeams.map(\.id))
        let shared = rights.namedNetworks.compactMap { network(id: $0) }
            .filter { rights.role(on: $0.access) != nil }
            .flatMap { machines(of: $0.name) }.filter { !known.contains($0.id) }
        return (ofTeams + shared).sorted { ($0.name, $0.host) < ($1.name, $1.host) }
    }

    /// Whether a caller may see a machine.
    package func isVisible(_ machine: Machine, to rights: Rights) -> Bool {
        rights.role(on: access(of: machine)) != nil
    }

    /// The refusal for a network that does not exist, or that the caller may not see.
    ///
    /// - Parameter known: the names that the caller may read.
    package static func networkNotFound(_ name: String, among known: [String]) -> Refusal {
        let known = known.isEmpty ? "there is none" : "there are \(known.joined(separator: ", "))"
        return Refusal(
            .networkNotFound, .networkName,
            "\(.networkName) is '\(name.shown)': no virtual network of that name; \(known)", value: name.shown)
    }
}
