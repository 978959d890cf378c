/// The hosts' own network below a link: the address of each host, and the size of packets that pass.
struct Underlay {
    /// The addresses by host.
    private(set) var addresses: [String: IPAddress] = [:]
    /// The MTU that a link may have: any on a host's own bridge, and on a VXLAN the size that the smallest
    /// packet leaves.
    private(set) var room = 65_535
    /// The size that a VXLAN would leave, even if none is needed yet: a router that moves to another host keeps
    /// its frames' size.
    private(set) var tunnelRoom = 65_535
    /// The host with the smallest MTU.
    private var narrowest: (host: String, mtu: Int, taken: Int)?

    /// - Throws: `notOffered` for a host that cannot carry links.
    init(of names: Set<String>, hosts: [Host], surveys: [String: HostSurvey]) throws(Refusal) {
        var candidates: [Candidates] = []
        for host in hosts where !candidates.contains(where: { $0.host.name == host.name }) {
            guard let survey = surveys[host.name], let lacked = survey.missingPrograms else {
                throw Refusal(
                    .notOffered, .host, "host '\(host.name)' cannot carry links: no program can be run on it",
                    value: host.name, host: host.name)
            }
            guard lacked.isEmpty else {
                throw Refusal(
                    .notOffered, .host,
                    "host '\(host.name)' cannot carry links: it lacks \(lacked.words)", value: host.name,
                    host: host.name)
            }
            candidates.append((host, try Self.candidates(of: host, survey)))
        }
        for (host, own) in try Self.chosen(candidates) {
            addresses[host.name] = own.address
            // Outer IP, UDP and VXLAN headers, and the inner Ethernet header.
            let taken = own.address.isIPv6 ? 70 : 50
            // A host may report any number; IP allows no larger packet.
            let room = max(0, own.mtu.held(to: 0...65_535) - taken)
            if room < tunnelRoom { (tunnelRoom, narrowest) = (room, (host.name, own.mtu, taken)) }
        }
        if names.count > 1 { room = tunnelRoom }
    }

    private typealias Candidates = (host: Host, addresses: [HostSurvey.Address])

    /// Addresses of the host under which others may reach it, the best first: the one that the operator
    /// configured; those of its registration, in their order; the one to which this server's own connection
    /// went; the source of its traffic to elsewhere; any other, those of its networks for guests last.
    ///
    /// - Throws: `notOffered` if there is none.
    private static func candidates(of host: Host, _ survey: HostSurvey) throws(Refusal) -> [HostSurvey.Address] {
        if let configured = host.underlay {
            guard let own = survey.addresses.first(where: { $0.address.description == configured }) else {
                throw Refusal(
                    .notOffered, .host,
                    "host '\(host.name)' does not have the address \(configured.shown) under which it is registered for links "
                        + "(underlay); it has \(survey.addresses.map(\.address.description).joined(separator: ", ")): vms host "
                        + "update \(host.name) --underlay ADDRESS", value: host.name,
                    host: host.name)
            }
            return [own]
        }
        let named = host.addresses.compactMap(IPAddress.init)
        let best = named + [survey.reached].compactMap { $0 } + survey.sources
        var own: [HostSurvey.Address] = []
        for address in best.compactMap({ one in survey.addresses.first { $0.address == one } }) + survey.addresses
        where !own.contains(address) {
            own.append(address)
        }
        guard !own.isEmpty else {
            throw Refusal(
                .notOffered, .host, "host '\(host.name)' has no address under which other hosts reach it",
                value: host.name, host: host.name)
        }
        return own
    }

    /// One address of each host, all of one family: the family with the better ranks in total, IPv4 if both are
    /// equal.
    ///
    /// - Throws: `notOffered` if no family is common to all, or two hosts have only the same address.
    private static func chosen(
        _ candidates: [Candidates]
    ) throws(Refusal) -> [(host: Host, address: HostSurvey.Address)] {
        var best: (rank: Int, chosen: [(host: Host, address: HostSurvey.Address)])?
        var sharedAddress: Refusal?
        for isIPv6 in [false, true] {
            let found = candidates.compactMap { one in
                one.addresses.firstIndex { $0.address.isIPv6 == isIPv6 }.map { (one, $0) }
            }
            guard found.count == candidates.count else { continue }
            let chosen = found.map { (host: $0.0.host, address: $0.0.addresses[$0.1]) }
            if let same = Self.sharedAddress(among: chosen) {
                sharedAddress = sharedAddress ?? same
                continue
            }
            let rank = found.map(\.1).reduce(0, +)
            if best.map({ rank < $0.rank }) ?? true { best = (rank, chosen) }
        }
        if let best { return best.chosen }
        throw sharedAddress
            ?? Refusal(
                .notOffered, .host,
                "hosts \(candidates.map(\.host.name).sorted().joined(separator: ", ")) have no address family in common; give "
                    + "each an address of one")
    }

    private static func sharedAddress(among chosen: [(host: Host, address: HostSurvey.Address)]) -> Refusal? {
        var hosts: [IPAddress: String] = [:]
        for (host, own) in chosen {
            if let other = hosts.updateValue(host.name, forKey: own.address) {
                return Refusal(
                    .notOffered, .host,
                    "hosts '\(other)' and '\(host.name)' have the same address \(own.address) for the links between them; "
                        + "register each with the address (IP) under which the other reaches it", value: host.name,
                    host: host.name)
            }
        }
        return nil
    }

    /// - Parameter least: the smallest MTU that a link may have, in bytes.
    /// - Throws: `notOffered` if the hosts' own network leaves less.
    func check(carries least: Int, of link: String, speaking family: String) throws(Refusal) {
        guard room < least, let narrowest else { return }
        throw Refusal(
            .notOffered, .host,
            "link '\(link)': host '\(narrowest.host)' has an MTU of \(narrowest.mtu) on its own network, of which VXLAN takes "
                + "\(narrowest.taken): \(family) needs \(least) more; give its network card an MTU of at least "
                + "\(least + narrowest.taken)", value: narrowest.host, host: narrowest.host)
    }
}
