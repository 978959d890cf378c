/// What is asked on one link from one of its hosts.
package struct LinkProof: Sendable, Equatable, Codable {
    /// A router's interface that must answer.
    package struct Target: Sendable, Equatable, Codable {
        package var router: String
        package var host: String
        /// `nil` where its stack has none: its frames prove it.
        package var address: IPAddress?
        package var mac: MACAddress
        /// What its stack must be heard to send on this link; `nil` when that is not asked.
        package var probe: Image.Probe?
        /// A router on the asking host in whose name a full frame is asked for, where no address of the link is ours: what it
        /// is answered passes that host's bridge. `nil` where there is no such router, or no need.
        package var lender: IPAddress?
    }

    package var network: String
    package var link: String
    package var host: String
    package var bridge: String
    /// Frames of that many bytes of IP must pass, unfragmented.
    package var mtu: Int
    /// From where it is asked; `nil` where no address is ours to use: whether the routers are there needs none, full frames
    /// are asked for in the name of another router.
    package var source: InterfaceAddress?
    package var sourceMAC: MACAddress
    package var targets: [Target]
    /// Who may send on the link.
    package var members: [MACAddress]
    /// Addresses of other networks, which must not answer here.
    package var strangers: [IPAddress]
    package var medium: VirtualNetwork.Link.Medium
    /// How long to ask, in seconds.
    package var seconds: Int
    /// How long one answer may take, in seconds, and how many questions are enough to get one, where that is more than
    /// usual.
    package var patience: Int?
    package var tries: Int?
}

extension LinkProof {
    /// However slow a link is, and however many are on it: a proof that takes longer does not end well.
    package static let mostSeconds = 3600

    /// How long answers may take in all once the routers are there, in seconds: some of each router's own.
    package var answeringSeconds: Int {
        Self.held((tries ?? 5).times(patience ?? 1).times(2).plus(2), targets.count)
    }

    fileprivate static func held(_ each: Int, _ count: Int) -> Int {
        min(mostSeconds, each.times(count).plus(30))
    }
}

extension ReachProof {
    /// How long answers may take in all once the ways are found, in seconds.
    package var answeringSeconds: Int { LinkProof.held((patience ?? 1).times(10).plus(2), targets.count) }
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
    package var host: String
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
    private let routers: [String: VirtualNetwork.Router]

    init(of network: VirtualNetwork, beside others: [VirtualNetwork]) {
        self.network = network
        routers = Dictionary(network.routers.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
        var strangers: [String: Set<IPAddress>] = [:]
        let own = Set(network.links.flatMap(\.ends).compactMap(\.address?.address))
        for end in others.flatMap(\.links).flatMap(\.ends) {
            guard let address = end.address?.address, !own.contains(address) else { continue }
            strangers[end.host, default: []].insert(address)
        }
        self.strangers = strangers.mapValues { set in
            Array(set.sorted { $0.bytes.lexicographicallyPrecedes($1.bytes) }.prefix(4))
        }
    }

    /// Each router on each of its links, asked from its own host: whether it has booted, and its stack runs.
    func atHome(boots: Bool) -> [LinkProof] {
        proofs { place, end in
            place.host == end.host
        } seconds: { routers in
            boots ? routers.map(\.bootSeconds).max() ?? 120 : Self.acrossSeconds
        }
    }

    /// How long a router is asked for over a link that should hold by now.
    private static let acrossSeconds = 20

    /// Each router on each of its links, asked from the link's other hosts: whether the link holds.
    func across() -> [LinkProof] {
        proofs { place, end in
            place.host != end.host
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
                let lenders = Self.lenders(at: place, of: link)
                let targets = ends.map { end in
                    let probe = routers[end.router]?.probe
                    // Across hosts its frames are asked for only where it has nothing else to be known by.
                    let listens = (end.host == place.host || end.address == nil) && link.isSpokenOn
                    return LinkProof.Target(
                        router: end.router, host: end.host, address: end.address?.address, mac: end.mac,
                        probe: listens ? probe : nil,
                        lender: end.address == nil ? nil : lenders.first { $0.router != end.router }?.address?.address)
                }
                return LinkProof(
                    network: network.name, link: link.name, host: place.host, bridge: place.bridge, mtu: link.mtu,
                    source: place.probe, sourceMAC: place.probeMAC, targets: targets,
                    members: link.ends.map(\.mac) + link.places.map(\.probeMAC),
                    strangers: link.medium == .physical
                        ? []
                        : (strangers[place.host] ?? []).filter { other in
                            other.isIPv6 == link.prefix?.isIPv6
                        }, medium: link.medium,
                    seconds: seconds(ends.compactMap { routers[$0.router] }),
                    patience: ShapedWay([link]).patience, tries: link.shape?.tries)
            }
        }
    }

    /// Two routers on a host, one of which is none that is asked, where that host has no address of the link to ask from.
    private static func lenders(
        at place: VirtualNetwork.Place, of link: VirtualNetwork.Link
    ) -> [VirtualNetwork.End] {
        guard link.medium != .physical, place.probe == nil else { return [] }
        return Array(link.ends.lazy.filter { $0.host == place.host && $0.address != nil }.prefix(2))
    }

    /// How many addresses are asked for from one link. With more beyond it, as many that lie evenly among them, from each
    /// link others: asking each link for all would grow with the square of a network.
    static let mostTargets = 32

    /// From each link on which an address is ours that routers pass on, through one of its routers, addresses of the links
    /// beyond. Those that mean something on their own link only are not asked for from elsewhere.
    func reach() -> [ReachProof] {
        let seconds = max(network.routers.map(\.convergeSeconds).max() ?? 60, Self.acrossSeconds + 10)
        return components().flatMap { links in
            let mtu = links.map(\.mtu).min() ?? 1500
            let targets = links.flatMap { link in
                link.ends.compactMap { end -> ReachProof.Target? in
                    end.address.flatMap {
                        $0.address.isLinkLocal
                            ? nil
                            : ReachProof.Target(
                                router: end.router, link: link.name, address: $0.address)
                    }
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

    /// Links with addresses that hang together over routers, where none has an address to spare to ask from what lies beyond.
    func unasked() -> [[VirtualNetwork.Link]] {
        let asked = Set(reach().map(\.link))
        return components().map { links in
            links.filter { $0.ends.contains { $0.address.map { !$0.address.isLinkLocal } ?? false } }
        }.filter { links in links.count > 1 && !links.contains { asked.contains($0.name) } }
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
        guard let place = link.places.first(where: { $0.probe != nil }), let source = place.probe,
            !source.address.isLinkLocal, !targets.isEmpty,
            let gate = link.ends.min(by: { $0.router < $1.router }), let address = gate.address
        else { return nil }
        return ReachProof(
            network: network.name, link: link.name, host: place.host, bridge: place.bridge, mtu: mtu, source: source,
            sourceMAC: place.probeMAC,
            gateway: .init(router: gate.router, link: link.name, address: address.address), targets: targets,
            seconds: seconds, patience: patience)
    }

    /// The virtual links by what hangs together over routers, in the network's order.
    private func components() -> [[VirtualNetwork.Link]] {
        let links = network.links.filter { $0.medium != .physical }
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

extension VirtualNetwork.Link {
    /// Whether stacks say something there by themselves, and we may listen. On an interface with a /32 there can be no
    /// neighbour over IPv4, and OSPF says nothing (RFC 2328, section 9: a host is a stub); over IPv6 stacks have their
    /// link-local addresses.
    fileprivate var isSpokenOn: Bool { medium != .physical && (prefix.map { $0.isIPv6 || $0.length < 32 } ?? true) }
}
