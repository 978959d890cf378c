/// Chooses, for all links of a network together, VNIs, prefixes, addresses, MTUs and the hosts' underlay
/// addresses.
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
    /// For each router, its links and its index among their ends.
    private var ends: [String: [(link: Int, end: Int)]] = [:]
    private var physical: [String: MachineDraft.Attachment] = [:]
    /// Values of the existing network: VNIs by link, MAC addresses by link and router, present conditions by link.
    private let keptVNIs: [String: Int]
    private let keptMACs: [String: [String: MACAddress]]
    private let keptConditions: [String: LinkConditions]

    /// - Parameter kept: the existing network, whose links keep their VNIs and MAC addresses.
    /// - Throws: `linkInvalid`, `invalidAddress`, `addressTaken`, `bridgeNotFound`, `notOffered`, `outOfRange`,
    ///   `vniRangeInUse`.
    init(
        request: NetworkRequest, fleet: Fleet, surveys: [String: HostSurvey], places: [String: Placement.Place],
        images: [String: Image], kept: VirtualNetwork? = nil,
        vnis range: ClosedRange<Int> = NetworkPlanInput.defaultVNIs
    ) throws(Refusal) {
        self.request = request
        self.places = places
        var (vnisOfLinks, macs): ([String: Int], [String: [String: MACAddress]]) = ([:], [:])
        var conditions: [String: LinkConditions] = [:]
        for link in kept?.links ?? [] {
            guard case .vxlan(let vni) = link.medium else { continue }
            vnisOfLinks[link.name] = vni
            conditions[link.name] = link.conditions
            macs[link.name] = Dictionary(link.ends.map { ($0.router, $0.mac) }, uniquingKeysWith: { first, _ in first })
        }
        (keptVNIs, keptMACs, keptConditions) = (vnisOfLinks, macs, conditions)
        try attach(to: surveys, fleet, kept)
        var taken = TakenPrefixes()
        var requested: [LinkAddresses] = []
        // Given prefixes come first, so that none of them is allocated to another link.
        for link in request.links {
            let one = try LinkAddresses(link, addressing: try Self.addressing(of: link, images))
            if let prefix = one.prefix { try taken.insert(prefix, of: link) }
            requested.append(one)
        }
        let used = fleet.vnis.union((kept?.links ?? []).compactMap(\.vni))
        var vnis = FreeVNIs(range, used: used)
        for (number, link) in request.links.enumerated() {
            let hosts = link.ends.compactMap { places[$0.router]?.host }
            let plan = try LinkPlan(link, requested[number], hosts: Set(hosts.map(\.name)), taken: &taken)
            let others = hosts.compactMap { surveys[$0.name]?.takenVNIs }
            let vni =
                if let own = vnisOfLinks[link.name] { own } else { try vnis.take(for: link.name, taken: others) }
            links.append(
                try chosen(link, vni: vni, plan, isIPv6: requested[number].addressing == .ipv6, hosts, surveys))
            for (index, end) in link.ends.enumerated() { ends[end.router, default: []].append((number, index)) }
        }
    }

    /// Connects routers to the physical networks that the request names.
    private mutating func attach(
        to surveys: [String: HostSurvey], _ fleet: Fleet, _ kept: VirtualNetwork?
    ) throws(Refusal) {
        var given: Set<IPAddress> = []
        let known = kept?.physicalMACs ?? [:]
        for router in request.routers {
            guard let requested = router.physical, let host = places[router.name]?.host,
                let survey = surveys[host.name]
            else { continue }
            do throws(Refusal) {
                let address = try InterfaceAddress(requested.address, subject: .address)
                try CreateMachine.checkFree(address, in: fleet)
                guard given.insert(address.address).inserted else {
                    throw Refusal(
                        .addressTaken, .address, "\(.address) is '\(address)': two routers have that address",
                        value: "\(address)")
                }
                var attachment = try CreateMachine.attachment(requested.bridge, of: survey, address: address)
                if address.address.isIPv6, let why = survey.reasonAgainstIPv6(on: attachment.bridge) {
                    throw Refusal(.notOffered, .address, "\(.address) is '\(address)': \(why)", value: "\(address)")
                }
                attachment.mac = known[router.name]
                physical[router.name] = attachment
            } catch {
                throw error.at(host: host.name, machine: router.name.shown)
            }
        }
    }

    private static func addressing(
        of link: NetworkRequest.Link, _ images: [String: Image]
    ) throws(Refusal) -> Image.Addressing {
        let kinds = Set(link.ends.compactMap { images[$0.router]?.addressing.rawValue })
        guard kinds.count == 1, let kind = kinds.first, let addressing = Image.Addressing(rawValue: kind) else {
            throw LinkPlan.refused(
                link.name,
                "its routers do not speak the same: \(kinds.sorted().joined(separator: ", ")); choose other images",
                nil)
        }
        return addressing
    }

    private func chosen(
        _ link: NetworkRequest.Link, vni: Int, _ plan: LinkPlan, isIPv6: Bool, _ hosts: [Host],
        _ surveys: [String: HostSurvey]
    ) throws(Refusal) -> Chosen {
        let names = Set(hosts.map(\.name))
        let underlay = try Underlay(of: names, hosts: hosts, surveys: surveys)
        try Self.check(link.shape, isDown: false, of: link.name, hosts, surveys)
        if let conditions = keptConditions[link.name] {
            try Self.check(
                conditions.shape(over: link.shape), isDown: conditions.isDown, of: link.name, hosts, surveys)
        }
        for host in hosts where isIPv6 {
            guard let why = surveys[host.name]?.reasonAgainstIPv6(on: "") else { continue }
            throw Refusal(
                .notOffered, .link, "link '\(link.name)': its routers speak IPv6: \(why)", value: link.name,
                host: host.name)
        }
        // The minimum that a link must carry: RFC 791, RFC 8200 section 5.
        let least = isIPv6 ? 1280 : 576
        try underlay.check(carries: least, of: link.name, speaking: isIPv6 ? "IPv6" : "IPv4")
        let mtu = link.mtu ?? max(least, min(underlay.tunnelRoom, 1500))
        guard mtu >= least, mtu <= underlay.room else {
            throw Refusal(
                .outOfRange, .mtu,
                "link '\(link.name)': mtu is '\(mtu)': must lie between \(least) and \(underlay.room), which the hosts' own "
                    + "network leaves", value: "\(mtu)")
        }
        return Chosen(request: link, vni: vni, mtu: mtu, plan: plan, underlays: underlay.addresses)
    }

    /// - Throws: `notOffered` if a host cannot apply a link's shape, or let no frame pass.
    static func check(
        _ shape: LinkShape?, isDown: Bool, of link: String, _ hosts: [Host], _ surveys: [String: HostSurvey]
    ) throws(Refusal) {
        for host in hosts {
            let shapers = surveys[host.name]?.shapers
            let why = shape?.lacking(shapers) ?? (isDown && shapers == nil ? "it lacks the program tc" : nil)
            guard let why else { continue }
            throw Refusal(
                .notOffered, .link,
                "link '\(link)': host '\(host.name)' cannot \(shape.map { "give it \($0.words)" } ?? "let no frame pass")"
                    + ": \(why); install it, or request another host", value: link, host: host.name)
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
                    isSegment: true, mac: keptMACs[link.request.name]?[router.name]))
        }
        return attachments
    }

    /// The record of all links, physical ones last.
    ///
    /// - Parameter macs: the MAC addresses of each router's interfaces, in the order of its attachments.
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
                    router: end.router, host: places[end.router]?.host.name ?? "", address: address,
                    mac: takeMAC(end.router))
            }
            return VirtualNetwork.Link(
                name: link.request.name, medium: .vxlan(vni: link.vni), prefix: link.plan.prefix, mtu: link.mtu,
                ends: ends,
                places: Set(ends.map(\.host)).sorted().enumerated().map { index, host in
                    .init(
                        host: host, bridge: Segment.name(vni: link.vni), underlay: link.underlays[host],
                        probe: link.plan.probes[host] ?? Self.probe(of: link.plan, vni: link.vni, index),
                        probeMAC: Self.probeMAC(vni: link.vni, index))
                }, shape: link.request.shape, conditions: keptConditions[link.request.name]?.beside(link.request.shape))
        } + physicalLinks(macs)
    }

    /// Groups routers whose addresses share a prefix on their hosts' own networks into links.
    private func physicalLinks(_ macs: [String: [MACAddress]]) -> [VirtualNetwork.Link] {
        var links: [VirtualNetwork.Link] = []
        for router in request.routers {
            guard let attachment = physical[router.name], let address = attachment.address,
                let host = places[router.name]?.host.name, let mac = macs[router.name]?.first
            else { continue }
            let prefix = IPPrefix(address.address, length: address.prefix)
            let end = VirtualNetwork.End(router: router.name, host: host, address: address, mac: mac)
            let place = VirtualNetwork.Place(
                host: host, bridge: attachment.bridge, underlay: nil, probe: nil,
                probeMAC: Self.probeMAC(vni: 0, 0), isDirect: attachment.isDirect)
            if let index = links.firstIndex(where: { $0.prefix == prefix }) {
                links[index].ends.append(end)
                if !links[index].places.contains(where: { $0.host == host && $0.bridge == place.bridge }) {
                    links[index].places.append(place)
                }
            } else {
                links.append(
                    .init(
                        name: "physical-\(links.count + 1)", medium: .physical, prefix: prefix, mtu: 1500, ends: [end],
                        places: [place]))
            }
        }
        return links
    }

    /// The source of probes if an IPv6 prefix has no address left: a link-local address that differs from the
    /// one that the kernel derives from a MAC address. IPv4 has no such address that a router would answer.
    private static func probe(of plan: LinkPlan, vni: Int, _ index: Int) -> InterfaceAddress? {
        guard plan.prefix?.isIPv6 == true else { return nil }
        let number: UInt128 =
            0xFE80 << 112 | 0x76_6D73_0000_0000 | UInt128(vni & 0xFF_FFFF) << 8 | UInt128(index & 0xFF)
        return InterfaceAddress(chosen: IPAddress(number: number, isIPv6: true), length: 64)
    }

    /// Locally administered, with the prefix `02:76` ("v"): the VNI, and the host's number on the link.
    private static func probeMAC(vni: Int, _ index: Int) -> MACAddress {
        let bytes = [0x02, 0x76, vni >> 16 & 0xFF, vni >> 8 & 0xFF, vni & 0xFF, index & 0xFF]
        return MACAddress(bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined(separator: ":"))
    }
}
