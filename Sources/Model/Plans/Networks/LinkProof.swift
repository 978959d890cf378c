/// What is asked on one link from one of its hosts.
package struct LinkProof: Sendable, Equatable, Codable {
    /// A router's interface that must answer.
    package struct Target: Sendable, Equatable, Codable {
        package var router: String
        package var node: String
        /// `nil` where its stack has none: its frames prove it.
        package var address: IPAddress?
        package var mac: MACAddress
        /// What its stack must be heard to send on this link; `nil` when that is not asked.
        package var probe: Image.Probe?
    }

    package var network: String
    package var link: String
    package var node: String
    package var bridge: String
    /// Frames of that many bytes of IP must pass, unfragmented.
    package var mtu: Int
    /// From where it is asked; `nil`: only whether the routers are there, since no address is ours to use.
    package var source: InterfaceAddress?
    package var sourceMAC: MACAddress
    package var targets: [Target]
    /// Who may send on the link.
    package var members: [MACAddress]
    /// Addresses of other networks, which must not answer here.
    package var strangers: [IPAddress]
    /// VXLAN network identifier; `nil` for a physical link.
    package var vni: Int?
    /// How long to ask, in seconds.
    package var seconds: Int
    /// How long one answer may take, in seconds, and how many questions are enough to get one, where that is more than
    /// usual.
    package var patience: Int?
    package var tries: Int?
}

/// Addresses that are asked for through a link's routers.
package struct ReachProof: Sendable, Equatable, Codable {
    package struct Target: Sendable, Equatable, Codable {
        package var router: String
        package var link: String
        package var address: IPAddress
    }

    package var network: String
    package var link: String
    package var node: String
    package var bridge: String
    /// Of the way: packets of that many bytes must pass, unfragmented.
    package var mtu: Int
    package var source: InterfaceAddress
    package var sourceMAC: MACAddress
    /// The router on the link to which packets are given.
    package var gateway: Target
    package var targets: [Target]
    /// How long the stacks may take to find the way, in seconds.
    package var seconds: Int
    /// How long one answer may take, in seconds, where that is more than usual.
    package var patience: Int?
}

/// The proofs of a network, from its record: when it is created, and at any time later.
struct NetworkProofs {
    let network: VirtualNetwork
    /// Addresses of other networks on the same hosts.
    let strangers: [String: [IPAddress]]

    init(of network: VirtualNetwork, beside others: [VirtualNetwork]) {
        self.network = network
        var strangers: [String: Set<IPAddress>] = [:]
        let own = Set(network.links.flatMap(\.ends).compactMap(\.address?.address))
        for end in others.flatMap(\.links).flatMap(\.ends) {
            guard let address = end.address?.address, !own.contains(address) else { continue }
            strangers[end.node, default: []].insert(address)
        }
        self.strangers = strangers.mapValues { set in
            Array(set.sorted { $0.bytes.lexicographicallyPrecedes($1.bytes) }.prefix(4))
        }
    }

    /// Each router on each of its links, asked from its own host: whether it has booted, and its stack runs.
    func atHome(boots: Bool) -> [LinkProof] {
        proofs { place, end in
            place.node == end.node
        } seconds: { routers in
            boots ? routers.map(\.bootSeconds).max() ?? 120 : Self.acrossSeconds
        }
    }

    /// How long a router is asked for over a link that should hold by now.
    private static let acrossSeconds = 20

    /// Each router on each of its links, asked from the link's other hosts: whether the link holds.
    func across() -> [LinkProof] {
        proofs { place, end in
            place.node != end.node
        } seconds: { _ in
            Self.acrossSeconds
        }
    }

    private func proofs(
        _ isAsked: (VirtualNetwork.Place, VirtualNetwork.End) -> Bool, seconds: ([VirtualNetwork.Router]) -> Int
    ) -> [LinkProof] {
        network.links.flatMap { link in
            link.places.compactMap { place -> LinkProof? in
                let ends = link.ends.filter { isAsked(place, $0) }
                guard !ends.isEmpty else { return nil }
                let targets = ends.map { end in
                    let probe = network.router(end.router)?.probe
                    // Across hosts its frames are asked for only where it has nothing else to be known by.
                    let listens = end.node == place.node || end.address == nil
                    return LinkProof.Target(
                        router: end.router, node: end.node, address: end.address?.address, mac: end.mac,
                        probe: listens && link.vni != nil ? probe : nil)
                }
                return LinkProof(
                    network: network.name, link: link.name, node: place.node, bridge: place.bridge, mtu: link.mtu,
                    source: place.probe, sourceMAC: place.probeMAC, targets: targets,
                    members: link.ends.map(\.mac) + link.places.map(\.probeMAC),
                    strangers: link.vni == nil
                        ? []
                        : (strangers[place.node] ?? []).filter { other in
                            other.isIPv6 == link.prefix?.isIPv6
                        }, vni: link.vni,
                    seconds: seconds(ends.compactMap { network.router($0.router) }),
                    patience: ShapedWay([link]).patience, tries: link.shape?.tries)
            }
        }
    }

    /// How many addresses are asked for from one link. With more beyond it, as many that lie evenly among them, from each
    /// link others: asking each link for all would grow with the square of a network.
    static let mostTargets = 32

    /// From each link, through one of its routers, addresses of the links beyond.
    func reach() -> [ReachProof] {
        let seconds = max(network.routers.map(\.convergeSeconds).max() ?? 60, Self.acrossSeconds + 10)
        return components().flatMap { links in
            let mtu = links.map(\.mtu).min() ?? 1500
            let targets = links.flatMap { link in
                link.ends.compactMap { end in
                    end.address.map { ReachProof.Target(router: end.router, link: link.name, address: $0.address) }
                }
            }
            let way = ShapedWay(links)
            return links.enumerated().compactMap { index, link in
                let some = Self.some(targets, beyond: link, number: index)
                return proof(
                    from: link, to: some, mtu: mtu, seconds: seconds + way.moreSeconds(for: some.count),
                    patience: way.patience)
            }
        }
    }

    private static func some(
        _ targets: [ReachProof.Target], beyond link: VirtualNetwork.Link, number: Int
    ) -> [ReachProof.Target] {
        if targets.count <= mostTargets + link.ends.count { return targets.filter { $0.link != link.name } }
        return (0..<mostTargets).map { targets[($0 * targets.count / mostTargets + number) % targets.count] }
            .filter { $0.link != link.name }
    }

    private func proof(
        from link: VirtualNetwork.Link, to targets: [ReachProof.Target], mtu: Int, seconds: Int, patience: Int?
    ) -> ReachProof? {
        guard let place = link.places.first, let source = place.probe, !targets.isEmpty,
            let gate = link.ends.min(by: { $0.router < $1.router }), let address = gate.address
        else { return nil }
        return ReachProof(
            network: network.name, link: link.name, node: place.node, bridge: place.bridge, mtu: mtu, source: source,
            sourceMAC: place.probeMAC,
            gateway: .init(router: gate.router, link: link.name, address: address.address), targets: targets,
            seconds: seconds, patience: patience)
    }

    /// The virtual links by what hangs together over routers, in the network's order.
    private func components() -> [[VirtualNetwork.Link]] {
        let links = network.links.filter { $0.vni != nil }
        var leader = Array(links.indices)
        func root(_ index: Int) -> Int {
            var index = index
            while leader[index] != index {
                leader[index] = leader[leader[index]]
                index = leader[index]
            }
            return index
        }
        var seen: [String: Int] = [:]
        for (index, link) in links.enumerated() {
            for end in link.ends {
                if let other = seen[end.router] {
                    let (one, two) = (root(index), root(other))
                    leader[max(one, two)] = min(one, two)
                } else {
                    seen[end.router] = index
                }
            }
        }
        return Dictionary(grouping: links.indices, by: root).sorted { $0.key < $1.key }.map {
            $0.value.map { links[$0] }
        }
    }
}
