/// A network that exists, and is to become what a request says: what of it stays as it is.
struct KeptNetwork {
    let network: VirtualNetwork
    private let machines: [MachineID: Machine]

    init(_ network: VirtualNetwork, in fleet: Fleet) {
        self.network = network
        machines = Dictionary(
            fleet.machines.filter { $0.network == network.name }.map { ($0.id, $0) },
            uniquingKeysWith: { first, _ in first })
    }

    func machine(_ router: String) -> Machine? { network.router(router).flatMap { machines[$0.machine] } }

    /// Everything else, beside which it may not take what is taken.
    func others(in fleet: Fleet) -> Fleet {
        var others = fleet
        others.networks.removeAll { $0.name == network.name }
        others.machines.removeAll { machines[$0.id] != nil }
        return others
    }

    /// What would have to be asked for to get what is recorded.
    var recorded: NetworkRequest {
        let routers = network.routers.map { there in
            let machine = machine(there.name)
            var router = NetworkRequest.Router(name: there.name, node: there.node, memoryMiB: machine?.memoryMiB)
            router.vcpus = machine?.vcpus ?? 1
            router.note = machine?.note
            (router.weight, router.cap) = (there.weight, there.cap)
            router.physical = network.physicalEnd(of: there.name).flatMap { end, bridge in
                end.address.map { .init(bridge: bridge, address: "\($0)") }
            }
            return router
        }
        let links = network.links.filter { $0.vni != nil }.map { there in
            var link = NetworkRequest.Link(
                name: there.name,
                ends: there.ends.map { .init(router: $0.router, address: $0.address.map { "\($0)" }) },
                prefix: there.prefix?.description, mtu: there.mtu)
            link.shape = there.shape
            return link
        }
        return NetworkRequest(name: network.name, routers: routers, links: links)
    }

    /// The request with what it leaves open filled in from what is there, and in its order: so that the same request
    /// always means the same, and asking for what is there changes nothing.
    ///
    /// - Throws: `notOffered` for a router that is to be on another host.
    func completing(_ request: NetworkRequest, fleet: Fleet) throws(Refusal) -> NetworkRequest {
        var request = request
        request.routers = Self.ordered(request.routers, by: network.routers.map(\.name), \.name)
        for (index, router) in request.routers.enumerated() {
            guard let there = network.router(router.name) else { continue }
            if let node = router.node {
                let asked = try fleet.node(node).name
                guard asked == there.node else {
                    throw Refusal(
                        .notOffered,
                        "router '\(router.name)' is on host \(there.node): applying a network moves no router to \(asked); "
                            + "move it first (migrateVirtualMachine), or leave its host as it is", field: "phyServer",
                        value: node, node: there.node,
                        machine: router.name)
                }
            }
            request.routers[index].node = there.node
        }
        request.links = Self.ordered(request.links, by: network.links.map(\.name), \.name)
        for (index, link) in request.links.enumerated() {
            guard let there = network.link(link.name) else { continue }
            request.links[index] = completing(link, there)
        }
        return request
    }

    private func completing(
        _ link: NetworkRequest.Link, _ there: VirtualNetwork.Link
    ) -> NetworkRequest.Link {
        var link = link
        guard let prefix = there.prefix else { return link }
        if let asked = link.prefix {
            guard (try? IPPrefix(asked, field: "prefix")) == prefix else { return link }
        } else if link.ends.allSatisfy({ $0.address == nil }) {
            link.prefix = prefix.description
        }
        let given = Set(
            link.ends.compactMap(\.address).compactMap { try? InterfaceAddress($0, field: "address").address })
        for (index, end) in link.ends.enumerated() where end.address == nil {
            guard let address = there.end(of: end.router)?.address, !given.contains(address.address) else { continue }
            link.ends[index].address = "\(address)"
        }
        return link
    }

    private static func ordered<Part>(_ parts: [Part], by names: [String], _ name: (Part) -> String) -> [Part] {
        let known = Set(names)
        let first = names.compactMap { wanted in parts.first { name($0) == wanted } }
        return first + parts.filter { !known.contains(name($0)) }
    }
}
