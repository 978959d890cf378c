/// The addresses in a request for a link, parsed but not yet chosen.
struct LinkAddresses {
    /// The addresses of the ends, in the request's order.
    var given: [InterfaceAddress.Text?]
    /// `nil` if no router on it uses IP, or a prefix is to be allocated.
    var prefix: IPPrefix?
    var addressing: Image.Addressing

    /// - Parameter addressing: the address family of the stacks at the ends.
    /// - Throws: `linkInvalid`, `invalidAddress`.
    init(_ request: NetworkRequest.Link, addressing: Image.Addressing) throws(Refusal) {
        self.addressing = addressing
        guard addressing != .none else {
            if let end = request.ends.first(where: { $0.address != nil }) {
                throw LinkPlan.refused(
                    request.name, "router '\(end.router)' speaks no IP and takes no address", end.address)
            }
            given = request.ends.map { _ in nil }
            return
        }
        var given: [InterfaceAddress.Text?] = []
        for end in request.ends {
            guard let text = end.address else {
                given.append(nil)
                continue
            }
            given.append(try .init(text, subject: LinkPlan.subject(request, end)))
        }
        self.given = given
        let (isIPv6, family) = addressing == .ipv6 ? (true, "IPv6") : (false, "IPv4")
        if let wrong = given.compactMap(\.self).first(where: { $0.address.isIPv6 != isIPv6 }) {
            throw LinkPlan.refused(
                request.name, "its routers speak \(family); \(wrong.address) is not", "\(wrong.address)")
        }
        guard let text = request.prefix else {
            // An address with a prefix states the link's prefix; a bare address implies only the usual one.
            let known = given.compactMap(\.self)
            prefix = (known.first { $0.prefix != nil } ?? known.first)?.impliedPrefix
            return
        }
        let requested = try IPPrefix(text, subject: .linkPrefix(link: request.name))
        guard requested.isIPv6 == isIPv6 else {
            throw LinkPlan.refused(request.name, "its routers speak \(family); \(requested) is not", text)
        }
        prefix = requested
    }
}

/// Chooses the addresses of a link: its prefix, an address for each end and one for each host's probes.
struct LinkPlan {
    private(set) var prefix: IPPrefix?
    /// The addresses of the ends, in the request's order; `nil` if no router on the link uses IP.
    private(set) var addresses: [InterfaceAddress?] = []
    /// The source addresses of probes, by host; missing if the prefix has no address left.
    private(set) var probes: [String: InterfaceAddress] = [:]

    /// - Parameters:
    ///   - hosts: the hosts of the ends.
    ///   - taken: prefixes of all links whose prefix is given, including this one, and of links planned before.
    /// - Throws: `linkInvalid`, `invalidAddress`, `addressTaken`.
    init(
        _ request: NetworkRequest.Link, _ requested: LinkAddresses, hosts: Set<String>, taken: inout TakenPrefixes
    ) throws(Refusal) {
        guard requested.addressing != .none else {
            addresses = request.ends.map { _ in nil }
            return
        }
        guard let prefix = requested.prefix ?? taken.takeFree(isIPv6: requested.addressing == .ipv6) else {
            throw Self.refused(request.name, "there is no free prefix left; give one", nil)
        }
        self.prefix = prefix
        var free = FreeAddresses(prefix, taken: try Self.used(request, requested, in: prefix))
        for (end, given) in zip(request.ends, requested.given) {
            if let given {
                addresses.append(try InterfaceAddress(given.address, in: prefix, subject: Self.subject(request, end)))
                continue
            }
            guard let address = free.takeLowest() else {
                throw Self.refused(
                    request.name,
                    "\(prefix) has no address left for router '\(end.router)': it has room for \(prefix.capacity), and the link "
                        + "has \(request.ends.count) routers; give a shorter prefix", prefix.description)
            }
            addresses.append(
                try InterfaceAddress(
                    address, in: prefix, subject: .chosenAddress(link: request.name, prefix: prefix)))
        }
        for host in hosts.sorted() {
            probes[host] = free.takeHighest().map { InterfaceAddress(chosen: $0, length: prefix.length) }
        }
    }

    /// The given addresses.
    ///
    /// - Throws: `linkInvalid` for an address outside of the link's prefix, `addressTaken` for an address of
    ///   two routers.
    private static func used(
        _ request: NetworkRequest.Link, _ requested: LinkAddresses, in prefix: IPPrefix
    ) throws(Refusal) -> Set<IPAddress> {
        var used: Set<IPAddress> = []
        for (end, given) in zip(request.ends, requested.given) {
            guard let address = given?.address else { continue }
            guard prefix.contains(address) else {
                throw refused(
                    request.name, "the address \(address) of '\(end.router)' lies outside of \(prefix)", "\(address)")
            }
            guard used.insert(address).inserted else {
                throw Refusal(
                    .addressTaken, .link,
                    "link '\(request.name)': two routers have the address \(address); give each its own",
                    value: request.name)
            }
        }
        return used
    }

    static func subject(_ link: NetworkRequest.Link, _ end: NetworkRequest.Link.End) -> Refusal.Subject {
        .linkAddress(link: link.name, router: end.router)
    }

    static func refused(_ link: String, _ why: String, _ value: String?) -> Refusal {
        Refusal(.linkInvalid, .link, "link '\(link.shown)': \(why)", value: value ?? link.shown)
    }
}
