/// A test of one link from one of its hosts.
package struct LinkProof: Sendable, Equatable, Codable {
    /// A router's interface that must answer.
    package struct Target: Sendable, Equatable, Codable {
        package var router: String
        package var host: String
        /// `nil` if the router's stack uses no address: its frames prove it.
        package var address: IPAddress?
        package var mac: MACAddress
        /// The frame that its stack must send on this link; `nil` if the proof does not listen for it.
        package var probe: Image.Probe?
        /// The address of a router on the probing host, used as the source of the probe for full frames if the
        /// link has no spare address for the server. The answer passes that host's bridge. `nil` if there is no
        /// such router, or no need.
        package var lender: IPAddress?
    }

    package var network: String
    package var link: String
    package var host: String
    package var bridge: String
    /// IP packets of this size, in bytes, must pass unfragmented.
    package var mtu: Int
    /// The source address of the probes; `nil` if the link has no spare address for the server. Probes for the
    /// routers' presence need none, and probes for full frames use the address of another router.
    package var source: InterfaceAddress?
    package var sourceMAC: MACAddress
    package var targets: [Target]
    /// MAC addresses that may send on the link.
    package var members: [MACAddress]
    /// Addresses of other networks, which must not answer here.
    package var strangers: [IPAddress]
    package var medium: VirtualNetwork.Link.Medium
    /// Timeout of the proof until the routers answer, in seconds.
    package var seconds: Int
    /// The timeout of one answer, in seconds, and the number of probes that suffice to get one; `nil` for the
    /// usual values.
    package var patience: Int?
    package var tries: Int?
}

extension LinkProof {
    /// The limit on a proof's time, however slow a link is and however many routers are on it: a longer proof
    /// does not end well.
    package static let mostSeconds = 3600

    /// The total time allowed for answers once the routers are present, in seconds: a share for each router.
    package var answeringSeconds: Int {
        Self.held((tries ?? 5).times(patience ?? 1).times(2).plus(2), targets.count)
    }

    fileprivate static func held(_ each: Int, _ count: Int) -> Int {
        min(mostSeconds, each.times(count).plus(30))
    }
}

extension ReachProof {
    /// The total time allowed for answers once the routes are found, in seconds.
    package var answeringSeconds: Int { LinkProof.held((patience ?? 1).times(10).plus(2), targets.count) }
}

/// A test of addresses beyond a link's routers.
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
    /// The MTU of the route: packets of this size, in bytes, must pass unfragmented.
    package var mtu: Int
    package var source: InterfaceAddress
    package var sourceMAC: MACAddress
    /// The router on the link that forwards the packets.
    package var gateway: Target
    package var targets: [Target]
    /// The time allowed for the stacks to find the route, in seconds.
    package var seconds: Int
    /// The timeout of one answer, in seconds; `nil` for the usual value.
    package var patience: Int?
}

/// The proofs of a network, derived from its record: for its creation, and at any later time. Links that are down on
/// purpose are left out.
struct NetworkProofs {
    let network: VirtualNetwork
    /// Addresses of other networks on the same hosts, by host.
    let strangers: [String: [IPAddress]]
    private let routers: [String: VirtualNetwork.Router]

    init(of network: VirtualNetwork, beside others: [VirtualNetwork]) {
        self.network = network.withoutDownLinks
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

    /// Proofs of each router on each of its links from its own host: it has booted, and its stack runs.
    func fromOwnHosts(boots: Bool) -> [LinkProof] {
        proofs { place, end in
            place.host == end.host
        } seconds: { routers in
            boots ? routers.map(\.bootSeconds).max() ?? 120 : Self.acrossSeconds
        }
    }

    /// Timeout for a router's answer over a link that should work by now, in seconds.
    private static let acrossSeconds = 20

    /// Proofs of each router on each of its links from the link's other hosts: the link works.
    func fromOtherHosts() -> [LinkProof] {
        proofs { place, end in
            place.host != end.host
        } seconds: { _ in
            Self.acrossSeconds
        }
    }

    private func proofs(
        _ isTested: (VirtualNetwork.Place, VirtualNetwork.End) -> Bool, seconds: ([VirtualNetwork.Router]) -> Int
    ) -> [LinkProof] {
        network.links.flatMap { link in
            link.places.compactMap { place -> LinkProof? in
                let ends = link.ends.filter { isTested(place, $0) }
                guard !ends.isEmpty else { return nil }
                let lenders = Self.lenders(at: place, of: link)
                let targets = ends.map { end in
                    let probe = routers[end.router]?.probe
                    // From other hosts, the proof listens for a router's frames only if nothing else identifies
                    // it.
                    let listens = (end.host == place.host || end.address == nil) && link.allowsListening
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
                    patience: ShapedRoute([link]).patience, tries: link.presentShape?.tries)
            }
        }
    }

    /// At most two routers on a host that has no address of the link as a source. At least one of them is not
    /// the tested router.
    private static func lenders(
        at place: VirtualNetwork.Place, of link: VirtualNetwork.Link
    ) -> [VirtualNetwork.End] {
        guard link.medium != .physical, place.probe == nil else { return [] }
        return Array(link.ends.lazy.filter { $0.host == place.host && $0.address != nil }.prefix(2))
    }

    /// The number of addresses that are tested from one link. If there are more beyond it, this many are chosen
    /// evenly among them, and each link tests others: testing all from each link would grow with the square of
    /// the network.
    static let mostTargets = 32

    /// Tests of addresses beyond each link, from every link on which the server has a routable address, through
    /// one of the link's routers. Link-local addresses are not tested from other links.
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
            let route = ShapedRoute(links)
            return links.enumerated().compactMap { index, link in
                let some = Self.some(targets, beyond: link, number: index)
                return proof(
                    from: link, to: some, mtu: mtu, seconds: seconds + route.moreSeconds(for: some.count),
                    patience: route.patience)
            }
        }
    }

    /// Groups of links with addresses that are connected by routers, but of which none has a spare address from
    /// which the others could be tested.
    func untested() -> [[VirtualNetwork.Link]] {
        let tested = Set(reach().map(\.link))
        return components().map { links in
            links.filter { $0.ends.contains { $0.address.map { !$0.address.isLinkLocal } ?? false } }
        }.filter { links in links.count > 1 && !links.contains { tested.contains($0.name) } }
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

    /// The virtual links grouped by their connections through routers, in the network's order.
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
        var firstLinks: [String: Int] = [:]
        for (index, link) in links.enumerated() {
            for end in link.ends {
                if let other = firstLinks[end.router] {
                    let (one, two) = (root(index), root(other))
                    leader[max(one, two)] = min(one, two)
                } else {
                    firstLinks[end.router] = index
                }
            }
        }
        return Dictionary(grouping: links.indices, by: root).sorted { $0.key < $1.key }.map {
            $0.value.map { links[$0] }
        }
    }
}

extension VirtualNetwork.Link {
    /// Whether stacks send on the link without a request, and the server may listen. An interface with a /32
    /// can have no IPv4 neighbour, and OSPF sends nothing there (RFC 2328, section 9: a host is a stub). Over
    /// IPv6, stacks have their link-local addresses.
    fileprivate var allowsListening: Bool {
        medium != .physical && (prefix.map { $0.isIPv6 || $0.length < 32 } ?? true)
    }
}
