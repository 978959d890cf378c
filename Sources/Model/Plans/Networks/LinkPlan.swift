/// What a request says of a link's addresses, read but not yet chosen.
struct LinkAddresses {
    /// Of the ends, in the request's order.
    var given: [InterfaceAddress.Text?]
    /// `nil` where nobody on it speaks IP, or one is to be allocated.
    var prefix: IPPrefix?
    var addressing: Image.Addressing

    /// - Parameter addressing: what the stacks of the ends speak.
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
            // Who gives a prefix with an address means it; a bare address has only the usual one.
            let known = given.compactMap(\.self)
            prefix = (known.first { $0.prefix != nil } ?? known.first)?.meant
            return
        }
        let asked = try IPPrefix(text, subject: .linkPrefix(link: request.name))
        guard asked.isIPv6 == isIPv6 else {
            throw LinkPlan.refused(request.name, "its routers speak \(family); \(asked) is not", text)
        }
        prefix = asked
    }
}

/// Chooses what a link needs: its prefix, an address for each end and each probe.
struct LinkPlan {
    private(set) var prefix: IPPrefix?
    /// Of the ends, in the request's order; `nil` where nobody on the link speaks IP.
    private(set) var addresses: [InterfaceAddress?] = []
    /// By host; none where the prefix has no address left for it.
    private(set) var probes: [String: InterfaceAddress] = [:]

    /// - Parameters:
    ///   - hosts: the hosts of the ends.
    ///   - taken: of all links whose prefix is given, this one's included, and of those planned before.
    /// - Throws: `linkInvalid`, `invalidAddress`, `addressTaken`.
    init(
        _ request: NetworkRequest.Link, _ asked: LinkAddresses, hosts: Set<String>, taken: inout TakenPrefixes
    ) throws(Refusal) {
        guard asked.addressing != .none else {
            addresses = request.ends.map { _ in nil }
            return
        }
        guard let prefix = asked.prefix ?? taken.takeFree(isIPv6: asked.addressing == .ipv6) else {
            throw Self.refused(request.name, "there is no free prefix left; give one", nil)
        }
        self.prefix = prefix
        var free = FreeAddresses(prefix, taken: try Self.used(request, asked, in: prefix))
        for (end, given) in zip(request.ends, asked.given) {
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

    /// The addresses that are given.
    ///
    /// - Throws: `linkInvalid` for one that is none of the link's, `addressTaken` for one that two routers have.
    private static func used(
        _ request: NetworkRequest.Link, _ asked: LinkAddresses, in prefix: IPPrefix
    ) throws(Refusal) -> Set<IPAddress> {
        var used: Set<IPAddress> = []
        for (end, given) in zip(request.ends, asked.given) {
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
