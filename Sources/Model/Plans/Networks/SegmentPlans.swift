/// Chooses, for all links of a network together, VNIs, prefixes, addresses, MTUs and the hosts' underlay addresses.
struct SegmentPlans {
    private struct Chosen {
        var request: NetworkRequest.Link
        var vni: Int
        var mtu: Int
        var plan: LinkPlan
        var underlays: [String: IPAddress]
    }

    private let request: NetworkRequest
    private let places: [String: Placement.Place]
    private var links: [Chosen] = []
    private var taken = TakenPrefixes()
    /// Of each router, its links and its place among their ends.
    private var ends: [String: [(link: Int, end: Int)]] = [:]
    private var physical: [String: MachineDraft.Attachment] = [:]
    private let kept: VirtualNetwork?

    /// VNIs below are left to others.
    static let firstVNI = 4096

    /// - Parameter kept: the network as it is, whose links keep their VNIs and MAC addresses.
    /// - Throws: `linkInvalid`, `invalidAddress`, `addressTaken`, `bridgeNotFound`, `notOffered`, `outOfRange`.
    init(
        request: NetworkRequest, fleet: Fleet, surveys: [String: HostSurvey], places: [String: Placement.Place],
        images: [String: Image], kept: VirtualNetwork? = nil
    ) throws(Refusal) {
        self.request = request
        self.kept = kept
        self.places = places
        for router in request.routers {
            guard let asked = router.physical, let node = places[router.name]?.node,
                let survey = surveys[node.name]
            else { continue }
            do throws(Refusal) {
                let address = try InterfaceAddress(asked.address, field: "vmIP")
                try CreateMachine.checkFree(address, in: fleet)
                let twice = physical.values.contains { $0.address?.address == address.address }
                guard !twice else {
                    throw Refusal(
                        .addressTaken, "vmIP is '\(address)': two routers have that address", field: "vmIP",
                        value: "\(address)")
                }
                var attachment = try CreateMachine.attachment(asked.bridge, of: survey, address: address)
                attachment.mac = kept?.physicalEnd(of: router.name)?.end.mac
                physical[router.name] = attachment
            } catch {
                throw error.at(node: node.name, machine: router.name.shown)
            }
        }
        var vnis = Set((fleet.networks + (kept.map { [$0] } ?? [])).flatMap(\.links).compactMap(\.vni))
        var vni = Self.firstVNI
        for link in request.links {
            let own = kept?.link(link.name)?.vni
            if own == nil {
                while vnis.contains(vni) { vni += 1 }
                vnis.insert(vni)
            }
            let chosen = try chosen(link, vni: own ?? vni, surveys, images)
            if let prefix = chosen.plan.prefix { taken.insert(prefix) }
            for (index, end) in link.ends.enumerated() { ends[end.router, default: []].append((links.count, index)) }
            links.append(chosen)
        }
    }

    private func chosen(
        _ link: NetworkRequest.Link, vni: Int, _ surveys: [String: HostSurvey], _ images: [String: Image]
    ) throws(Refusal) -> Chosen {
        let nodes = link.ends.compactMap { places[$0.router]?.node }
        let kinds = Set(link.ends.compactMap { images[$0.router]?.addressing.rawValue })
        guard kinds.count == 1, let kind = kinds.first, let addressing = Image.Addressing(rawValue: kind) else {
            throw LinkPlan.refused(
                link.name,
                "its routers do not speak the same: \(kinds.sorted().joined(separator: ", ")); choose other images",
                nil)
        }
        let plan = try LinkPlan(
            link, nodes: nodes.map(\.name), addressing: addressing, taken: taken)
        let underlay = try Underlay(of: Set(nodes.map(\.name)), nodes: nodes, surveys: surveys)
        if let shape = link.shape { try Self.check(shape, of: link.name, nodes, surveys) }
        let room = underlay.room
        let least = addressing == .ipv6 ? 1280 : 576
        let mtu = link.mtu ?? max(least, min(underlay.tunnelRoom, 1500))
        guard (least...room).contains(mtu) else {
            throw Refusal(
                .outOfRange,
                "link '\(link.name)': mtu is '\(mtu)': must lie between \(least) and \(room), which the hosts' own "
                    + "network leaves", field: "mtu", value: "\(mtu)")
        }
        return Chosen(request: link, vni: vni, mtu: mtu, plan: plan, underlays: underlay.addresses)
    }

    private static func check(
        _ shape: LinkShape, of link: String, _ nodes: [Node], _ surveys: [String: HostSurvey]
    ) throws(Refusal) {
        for node in nodes {
            guard let why = shape.lacking(surveys[node.name]?.shapers) else { continue }
            throw Refusal(
                .notOffered,
                "link '\(link)': host '\(node.name)' cannot give it \(shape.words): \(why); install that, or ask for "
                    + "another host", field: "link", value: link, node: node.name)
        }
    }

    /// The interfaces of a router, in the order of its links.
    func attachments(of router: NetworkRequest.Router) -> [MachineDraft.Attachment] {
        var attachments = physical[router.name].map { [$0] } ?? []
        for (index, end) in ends[router.name] ?? [] {
            let link = links[index]
            attachments.append(
                .init(
                    bridge: Segment.name(vni: link.vni), address: link.plan.addresses[end], mtu: link.mtu,
                    isSegment: true, mac: kept?.link(link.request.name)?.end(of: router.name)?.mac))
        }
        return attachments
    }

    /// The record of all links, physical ones last.
    ///
    /// - Parameter macs: of each router's interfaces, in the order of its attachments.
    func links(id: NetworkID, macs: [String: [MACAddress]]) -> [VirtualNetwork.Link] {
        var next = physical.mapValues { _ in 1 }
        func takeMAC(_ router: String) -> MACAddress {
            let index = next[router] ?? 0
            next[router] = index + 1
            return macs[router]?[index] ?? MACAddress("00:00:00:00:00:00")
        }
        return links.map { link in
            let ends = zip(link.request.ends, link.plan.addresses).map { end, address in
                VirtualNetwork.End(
                    router: end.router, node: places[end.router]?.node.name ?? "", address: address,
                    mac: takeMAC(end.router))
            }
            return VirtualNetwork.Link(
                name: link.request.name, vni: link.vni, prefix: link.plan.prefix, mtu: link.mtu, ends: ends,
                places: Set(ends.map(\.node)).sorted().enumerated().map { index, node in
                    .init(
                        node: node, bridge: Segment.name(vni: link.vni), underlay: link.underlays[node],
                        probe: link.plan.probes[node], probeMAC: Self.probeMAC(vni: link.vni, index))
                }, shape: link.request.shape)
        } + physicalLinks(macs)
    }

    /// Routers whose addresses share a prefix on their hosts' own networks meet there.
    private func physicalLinks(_ macs: [String: [MACAddress]]) -> [VirtualNetwork.Link] {
        var links: [VirtualNetwork.Link] = []
        for router in request.routers {
            guard let attachment = physical[router.name], let address = attachment.address,
                let node = places[router.name]?.node.name, let mac = macs[router.name]?.first
            else { continue }
            let prefix = IPPrefix(address.address, length: address.prefix)
            let end = VirtualNetwork.End(router: router.name, node: node, address: address, mac: mac)
            let place = VirtualNetwork.Place(
                node: node, bridge: attachment.bridge, underlay: nil, probe: nil,
                probeMAC: Self.probeMAC(vni: 0, 0), isDirect: attachment.isDirect ? true : nil)
            if let index = links.firstIndex(where: { $0.prefix == prefix }) {
                links[index].ends.append(end)
                if !links[index].places.contains(where: { $0.node == node && $0.bridge == place.bridge }) {
                    links[index].places.append(place)
                }
            } else {
                links.append(
                    .init(
                        name: "physical-\(links.count + 1)", vni: nil, prefix: prefix, mtu: 1500, ends: [end],
                        places: [place]))
            }
        }
        return links
    }

    /// Locally administered, below `02:76` ("v"): the VNI, and the host's number on the link.
    private static func probeMAC(vni: Int, _ index: Int) -> MACAddress {
        let bytes = [0x02, 0x76, vni >> 16 & 0xFF, vni >> 8 & 0xFF, vni & 0xFF, index & 0xFF]
        return MACAddress(bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined(separator: ":"))
    }
}

/// The hosts' own network below a link: under which address each host is reached, and how large a packet passes.
struct Underlay {
    /// By host.
    private(set) var addresses: [String: IPAddress] = [:]
    /// What a link may carry: a host's own bridge anything, a VXLAN what is left of the smallest packet.
    private(set) var room = 65_535
    /// What a VXLAN would leave, also where none is needed yet: a router that moves to another host keeps its frames' size.
    private(set) var tunnelRoom = 65_535

    /// - Throws: `notOffered` for a host that cannot carry links.
    init(of names: Set<String>, nodes: [Node], surveys: [String: HostSurvey]) throws(Refusal) {
        for node in nodes where addresses[node.name] == nil {
            guard let survey = surveys[node.name], let lacked = survey.lackedForSegments else {
                throw Refusal(
                    .notOffered, "host '\(node.name)' cannot carry links: no program can be run on it",
                    field: "phyServer", value: node.name, node: node.name)
            }
            guard lacked.isEmpty else {
                throw Refusal(
                    .notOffered,
                    "host '\(node.name)' cannot carry links: it lacks \(lacked.joined(separator: ", ")); install them",
                    field: "phyServer", value: node.name, node: node.name)
            }
            let named = node.addresses.compactMap(IPAddress.init)
            let own = survey.addresses.first { named.contains($0.address) } ?? survey.addresses.first
            guard let own else {
                throw Refusal(
                    .notOffered, "host '\(node.name)' has no address under which other hosts reach it",
                    field: "phyServer", value: node.name, node: node.name)
            }
            addresses[node.name] = own.address
            // Outer IP, UDP and VXLAN headers, and the inner Ethernet header.
            tunnelRoom = min(tunnelRoom, own.mtu - (own.address.isIPv6 ? 70 : 50))
        }
        if names.count > 1 { room = tunnelRoom }
        let families = Set(addresses.values.map(\.isIPv6))
        guard families.count <= 1 else {
            throw Refusal(
                .notOffered,
                "hosts \(addresses.keys.sorted().joined(separator: ", ")) have no address family in common; register "
                    + "them with addresses of one", field: "phyServer")
        }
    }
}
