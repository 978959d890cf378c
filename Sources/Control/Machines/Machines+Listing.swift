package import Model

extension Machines {
    /// A line of a list: what we asked for, what the host tells, or both.
    package struct Line: Sendable {
        package var host: String
        package var asked: Machine?
        package var observed: ObservedSummary?
        /// Whether it is just being made.
        package var isBeingMade = false
        /// Whether its host did not answer.
        package var isUnreachable = false
    }

    package struct Listing: Sendable {
        package var page: ListPage<Line>
        package var lines: [Line] { page.rows }
        /// Hosts that were asked for these lines and did not answer.
        package var unreachable: [String]
    }

    /// Hosts are asked side by side, so that one that hangs delays no other; and only as many as the page takes, in the
    /// order of hosts, and of machines of ours in the order of names. Any other order asks all.
    package func list(on host: String?, _ query: ListQuery = ListQuery()) async throws(Refusal) -> Listing {
        let fleet = try await with.store.fleet()
        let hosts = try host.map { host throws(Refusal) in [try fleet.host(host)] } ?? query.hosts(of: fleet)
        var walk = MachineWalk(fleet: fleet, query: query, hosts: hosts, with: with)
        let lines =
            switch query.key {
            case nil, "phyServer": try await walk.byHost()
            case "name" where query.isOfOurs && host == nil: try await walk.byName()
            default: try await walk.everywhere()
            }
        if host != nil, let host = hosts.first, case .failure(let refusal)? = walk.told[host.name] {
            throw refusal.at(host: host.name)
        }
        return Listing(page: query.page(ofOrdered: lines), unreachable: walk.unreachable.sorted())
    }
}

extension Machines.Line: Listed {
    /// The name under which its host has it.
    package var name: String { observed?.name ?? asked?.name ?? "" }

    package var id: String { observed?.id.text ?? asked?.id.text ?? "" }

    /// A machine that its host does not have is absent; where the host does not answer, its state is unknown.
    package var state: String {
        if let observed { return observed.state.rawValue }
        return isUnreachable ? "unknown" : isBeingMade ? "creating" : "absent"
    }

    package var place: [String] { [host, name, id] }

    package func values(of key: String) -> [ListValue] {
        switch key {
        case "name": [.text(asked?.name ?? name)]
        case "phyServer": [.text(host)]
        case "state": [.text(state)]
        case "managed": [.text(asked == nil ? "false" : "true")]
        case "memory": asked.map { [.number($0.memoryMiB)] } ?? []
        case "vcpus": asked.map { [.number(Int64(clamping: $0.vcpus))] } ?? []
        case "image": asked?.image.map { [.text($0)] } ?? []
        case "network": asked?.network.map { [.text($0)] } ?? []
        default: []
        }
    }
}

extension ListQuery {
    /// Whether it asks for machines of ours alone, which need not be looked for on hosts.
    fileprivate var isOfOurs: Bool { terms.contains(Term(key: "managed", value: "true")) }

    /// Hosts, by name, that may have what it asks for.
    fileprivate func hosts(of fleet: Fleet) -> [Host] {
        var hosts = fleet.hosts.sorted { $0.name < $1.name }
        for term in terms where term.key == "phyServer" { hosts.removeAll { !term.holds([.text($0.name)]) } }
        for term in terms where term.key == "network" && term.prefix == nil && !term.value.isEmpty {
            let names = Set(fleet.machines(of: term.value).map(\.host))
            hosts.removeAll { !names.contains($0.name) }
        }
        return hosts
    }
}
