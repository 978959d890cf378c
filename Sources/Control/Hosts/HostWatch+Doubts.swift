internal import Model

/// Marks the last verification of links as doubtful when their host was lost, or a router on them stopped.
extension HostWatch {
    func doubt(linksOn host: String) async {
        guard let fleet = try? await store.fleet() else { return }
        for network in fleet.networks where network.hosts.contains(host) {
            await doubt(network.links(on: host), of: network, fleet, host)
        }
    }

    func doubt(linksOf machine: Machine) async {
        guard let fleet = try? await store.fleet(),
            let network = machine.network.flatMap(fleet.network(named:))
        else { return }
        await doubt(network.links(of: machine.name), of: network, fleet, machine.host)
    }

    /// Writes only if the record changes: machines may stop by the hundred.
    private func doubt(_ links: [String], of network: VirtualNetwork, _ fleet: Fleet, _ host: String) async {
        guard let known = fleet.verifications[network.name], !known.doubted.isSuperset(of: links) else { return }
        await record([.doubt(network: network.name, links: links)], host)
    }
}
