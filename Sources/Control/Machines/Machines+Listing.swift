package import Model

extension Machines {
    /// A line of a list: the record of the machine, the machine as its host reports it, or both.
    package struct Line: Sendable {
        package var host: String
        package var asked: Machine?
        package var observed: ObservedSummary?
        /// Whether a running operation is creating the machine.
        package var isBeingCreated = false
        /// Whether the machine's host did not answer.
        package var isUnreachable = false
    }

    package struct Listing: Sendable {
        package var page: ListPage<Line>
        package var lines: [Line] { page.rows }
        /// Hosts that were contacted for these lines and did not answer.
        package var unreachable: [String]
    }

    /// Lists machines. Hosts are contacted in parallel, so that a host that hangs delays no other. In the order of
    /// hosts, and of our machines in the order of names, only the hosts of the page are contacted; any other order
    /// needs all hosts.
    package func list(on host: String?, _ query: ListQuery = ListQuery()) async throws(Refusal) -> Listing {
        let fleet = try await with.store.fleet()
        guard with.rights.seesAll else { return try await visible(on: host, query, in: fleet) }
        let hosts = try host.map { host throws(Refusal) in [try fleet.host(host)] } ?? query.hosts(of: fleet)
        var walk = MachineWalk(fleet: fleet, query: query, hosts: hosts, with: with)
        let lines =
            switch query.key {
            case nil, "phyServer": try await walk.byHost()
            case "name" where query.isOfOurs && host == nil: try await walk.byName()
            default: try await walk.everywhere()
            }
        if host != nil, let host = hosts.first, case .failure(let refusal)? = walk.answersByHost[host.name] {
            throw refusal.at(host: host.name)
        }
        return Listing(page: query.page(ofOrdered: lines), unreachable: walk.unreachable.sorted())
    }
}

extension Machines {
    /// Lists the machines that the caller may see, and contacts only their hosts.
    private func visible(on host: String?, _ query: ListQuery, in fleet: Fleet) async throws(Refusal) -> Listing {
        let host = try host.map { host throws(Refusal) in try fleet.host(host).name }
        let machines = fleet.machines(visibleTo: with.rights).filter { host == nil || $0.host == host }
        let names = Set(machines.map(\.host))
        var walk = MachineWalk(
            fleet: fleet, query: query, hosts: fleet.hosts.filter { names.contains($0.name) }, with: with)
        let page = query.page(of: try await walk.lines(of: machines))
        return Listing(page: page, unreachable: walk.unreachable.sorted())
    }
}

extension Machines.Line: Listed {
    /// The machine's name on its host.
    package var name: String { observed?.name ?? asked?.name ?? "" }

    package var id: String { observed?.id.text ?? asked?.id.text ?? "" }

    /// A machine that is missing on its host is absent; if the host does not answer, the machine's state is unknown.
    package var state: String {
        if let observed { return observed.state.rawValue }
        return isUnreachable ? "unknown" : isBeingCreated ? "creating" : "absent"
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
    /// Whether the query selects only machines of ours, which are found in the records without contacting hosts.
    fileprivate var isOfOurs: Bool { terms.contains(Term(key: "managed", value: "true")) }

    /// Hosts, sorted by name, that may have matching machines.
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
