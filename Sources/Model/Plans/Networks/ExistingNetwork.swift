/// An existing network that is to become as a request describes: the parts that stay.
struct ExistingNetwork {
    let network: VirtualNetwork
    private let machines: [MachineID: Machine]
    private let routers: [String: VirtualNetwork.Router]
    /// The virtual links.
    private let links: [String: VirtualNetwork.Link]

    init(_ network: VirtualNetwork, in fleet: Fleet) {
        self.network = network
        machines = Dictionary(
            fleet.machines(of: network.name).map { ($0.id, $0) },
            uniquingKeysWith: { first, _ in first })
        routers = Dictionary(network.routers.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
        links = Dictionary(
            network.links.filter { $0.medium != .physical }.map { ($0.name, $0) },
            uniquingKeysWith: { first, _ in first })
    }

    func router(_ name: String) -> VirtualNetwork.Router? { routers[name] }

    func machine(_ router: String) -> Machine? { routers[router].flatMap { machines[$0.machine] } }

    /// The rest of the fleet, with whose names and addresses the network must not collide.
    func others(in fleet: Fleet) -> Fleet {
        var others = fleet
        others.removeNetwork(network.name)
        for id in machines.keys { others.removeMachine(id) }
        return others
    }

    /// The request that would produce the recorded network.
    var recorded: NetworkRequest {
        var physical: [String: NetworkRequest.Physical] = [:]
        for link in network.links where link.medium == .physical {
            let bridges = Dictionary(
                link.places.map { ($0.host, $0.bridge) }, uniquingKeysWith: { first, _ in first })
            for end in link.ends where physical[end.router] == nil {
                guard let bridge = bridges[end.host], let address = end.address else { continue }
                physical[end.router] = .init(bridge: bridge, address: "\(address)")
            }
        }
        let routers = network.routers.map { existing in
            let machine = machine(existing.name)
            var router = NetworkRequest.Router(name: existing.name, host: existing.host, memoryMiB: machine?.memoryMiB)
            router.vcpus = machine?.vcpus ?? 1
            router.note = machine?.note
            (router.weight, router.cap) = (existing.weight, existing.cap)
            router.physical = physical[existing.name]
            return router
        }
        let links = network.links.filter { $0.medium != .physical }.map { existing in
            var link = NetworkRequest.Link(
                name: existing.name,
                ends: existing.ends.map { .init(router: $0.router, address: $0.address.map { "\($0)" }) },
                prefix: existing.prefix?.description, mtu: existing.mtu)
            link.shape = existing.shape
            return link
        }
        return NetworkRequest(name: network.name, routers: routers, links: links)
    }

    /// The request that would produce the recorded network without its parts on abandoned hosts.
    func recorded(without lost: Set<String>) -> NetworkRequest {
        var request = recorded
        let gone = Set(network.routers.filter { lost.contains($0.host) }.map(\.name))
        request.routers.removeAll { gone.contains($0.name) }
        for index in request.links.indices { request.links[index].ends.removeAll { gone.contains($0.router) } }
        request.links.removeAll { $0.ends.isEmpty }
        return request
    }

    /// - Throws: `invalidValue` for a request that places something on an abandoned host, or that has no other
    ///   parts.
    func check(_ request: NetworkRequest, abandoning lost: Set<String>) throws(Refusal) {
        guard !lost.isEmpty else { return }
        guard !request.routers.isEmpty else {
            throw Refusal(
                .invalidValue, .networkName,
                "\(.networkName) is '\(network.name)': none of its hosts answers; destroy it with abandon",
                value: network.name)
        }
        for router in request.routers {
            guard let existing = network.router(router.name), lost.contains(existing.host) else { continue }
            throw Refusal(
                .invalidValue, .router,
                "router '\(router.name)' is on host '\(existing.host)', which does not answer and is abandoned: leave it out, and "
                    + "add it again on another host afterwards", value: router.name, host: existing.host,
                machine: router.name)
        }
    }

    /// The request in the order of the existing network, with missing values taken from it: so that the same
    /// request always has the same meaning, and requesting the existing network changes nothing.
    ///
    /// - Throws: `notOffered` for a router that is requested on another host.
    func completing(_ request: NetworkRequest, fleet: Fleet) throws(Refusal) -> NetworkRequest {
        var request = request
        request.routers = Self.ordered(request.routers, by: network.routers.map(\.name), \.name)
        for (index, router) in request.routers.enumerated() {
            guard let existing = routers[router.name] else { continue }
            if let host = router.host {
                let requested = try fleet.host(host).name
                guard requested == existing.host else {
                    throw Refusal(
                        .notOffered, .host,
                        "router '\(router.name)' is on host \(existing.host): applying a network moves no router to \(requested); "
                            + "move it first (migrateVirtualMachine), or leave its host as it is",
                        value: host, host: existing.host,
                        machine: router.name)
                }
            }
            request.routers[index].host = existing.host
        }
        request.links = Self.ordered(request.links, by: network.links.map(\.name), \.name)
        for (index, link) in request.links.enumerated() {
            guard let existing = links[link.name] else { continue }
            request.links[index] = completing(link, existing)
        }
        return request
    }

    private func completing(
        _ link: NetworkRequest.Link, _ existing: VirtualNetwork.Link
    ) -> NetworkRequest.Link {
        var link = link
        guard let prefix = existing.prefix else { return link }
        if let requested = link.prefix {
            guard (try? IPPrefix(requested, subject: .field("prefix"))) == prefix else { return link }
        } else if link.ends.allSatisfy({ $0.address == nil }) {
            link.prefix = prefix.description
        }
        let given = Set(
            link.ends.compactMap(\.address).compactMap { try? InterfaceAddress.Text($0, subject: .address).address })
        let had = Dictionary(existing.ends.map { ($0.router, $0.address) }, uniquingKeysWith: { first, _ in first })
        for (index, end) in link.ends.enumerated() where end.address == nil {
            guard let address = had[end.router] ?? nil, !given.contains(address.address) else { continue }
            link.ends[index].address = "\(address)"
        }
        return link
    }

    private static func ordered<Part>(_ parts: [Part], by names: [String], _ name: (Part) -> String) -> [Part] {
        let known = Set(names)
        let byName = Dictionary(parts.map { (name($0), $0) }, uniquingKeysWith: { first, _ in first })
        return names.compactMap { byName[$0] } + parts.filter { !known.contains(name($0)) }
    }
}
