/// The hosts' own network below a link: under which address each host is reached, and how large a packet passes.
struct Underlay {
    /// By host.
    private(set) var addresses: [String: IPAddress] = [:]
    /// What a link may carry: a host's own bridge anything, a VXLAN what is left of the smallest packet.
    private(set) var room = 65_535
    /// What a VXLAN would leave, also where none is needed yet: a router that moves to another host keeps its frames' size.
    private(set) var tunnelRoom = 65_535
    /// Whose MTU that is.
    private var narrowest: (node: String, mtu: Int, taken: Int)?

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
                    "host '\(node.name)' cannot carry links: it lacks \(lacked.words)",
                    field: "phyServer", value: node.name, node: node.name)
            }
            let named = node.addresses.compactMap(IPAddress.init)
            let own =
                survey.addresses.first { named.contains($0.address) }
                ?? survey.addresses.first { $0.address == survey.reached } ?? survey.addresses.first
            guard let own else {
                throw Refusal(
                    .notOffered, "host '\(node.name)' has no address under which other hosts reach it",
                    field: "phyServer", value: node.name, node: node.name)
            }
            if let other = addresses.first(where: { $0.value == own.address })?.key {
                throw Refusal(
                    .notOffered,
                    "hosts '\(other)' and '\(node.name)' have the same address \(own.address) for the links between them; "
                        + "register each with the address (IP) under which the other reaches it",
                    field: "phyServer", value: node.name, node: node.name)
            }
            addresses[node.name] = own.address
            // Outer IP, UDP and VXLAN headers, and the inner Ethernet header.
            let taken = own.address.isIPv6 ? 70 : 50
            // A host may tell anything; IP knows no larger packet.
            let room = max(0, own.mtu.held(to: 0...65_535) - taken)
            if room < tunnelRoom { (tunnelRoom, narrowest) = (room, (node.name, own.mtu, taken)) }
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

    /// - Parameter least: the smallest MTU that a link may have, in bytes.
    /// - Throws: `notOffered` where the hosts' own network leaves less.
    func check(carries least: Int, of link: String, speaking family: String) throws(Refusal) {
        guard room < least, let narrowest else { return }
        throw Refusal(
            .notOffered,
            "link '\(link)': host '\(narrowest.node)' has an MTU of \(narrowest.mtu) on its own network, of which VXLAN takes "
                + "\(narrowest.taken): \(family) needs \(least) more; give its network card an MTU of at least "
                + "\(least + narrowest.taken)", field: "phyServer", value: narrowest.node, node: narrowest.node)
    }
}
