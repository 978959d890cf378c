/// Chooses what a link needs: its prefix, an address for each end and each probe, its MTU.
struct LinkPlan {
    let name: String
    private(set) var prefix: IPPrefix?
    /// Of the ends, in the request's order; `nil` where nobody on the link speaks IP.
    private(set) var addresses: [InterfaceAddress?] = []
    /// By host.
    private(set) var probes: [String: InterfaceAddress] = [:]

    /// - Parameters:
    ///   - nodes: the hosts of the ends.
    ///   - addressing: what the stacks of the ends speak.
    ///   - taken: of the network's other links.
    /// - Throws: `linkInvalid`, `invalidAddress`, `addressTaken`.
    init(
        _ request: NetworkRequest.Link, nodes: [String], addressing: Image.Addressing, taken: TakenPrefixes
    ) throws(Refusal) {
        name = request.name
        guard addressing != .none else {
            if let end = request.ends.first(where: { $0.address != nil }) {
                throw Self.refused(
                    request.name, "router '\(end.router)' speaks no IP and takes no address", end.address)
            }
            addresses = request.ends.map { _ in nil }
            return
        }
        let given = try request.ends.map { end throws(Refusal) in
            try end.address.map { text throws(Refusal) in
                try InterfaceAddress(text, field: "link '\(request.name)', address of '\(end.router)'")
            }
        }
        let prefix = try Self.prefix(request, given, isIPv6: addressing == .ipv6, taken)
        self.prefix = prefix
        var used: Set<IPAddress> = []
        for (end, address) in zip(request.ends, given) {
            guard let address else { continue }
            guard prefix.contains(address.address) else {
                throw Self.refused(
                    request.name, "the address \(address.address) of '\(end.router)' lies outside of \(prefix)",
                    "\(address.address)")
            }
            guard used.insert(address.address).inserted else {
                throw Refusal(
                    .addressTaken,
                    "link '\(request.name)': two routers have the address \(address.address); give each its own",
                    field: "link", value: request.name)
            }
        }
        for address in given {
            if let address {
                addresses.append(try InterfaceAddress("\(address.address)/\(prefix.length)", field: "address"))
            } else {
                addresses.append(try Self.take(prefix.lowest, prefix, &used, of: request.name))
            }
        }
        for node in Set(nodes).sorted() {
            probes[node] = try Self.take(prefix.highest, prefix, &used, of: request.name)
        }
    }

    private static func take(
        _ candidates: some Sequence<IPAddress>, _ prefix: IPPrefix, _ used: inout Set<IPAddress>, of link: String
    ) throws(Refusal) -> InterfaceAddress {
        guard let free = candidates.first(where: { !used.contains($0) }) else {
            throw refused(
                link,
                "\(prefix) has no address left: it needs one for each router, and one for the probe of each host; "
                    + "give a shorter prefix", prefix.description)
        }
        used.insert(free)
        return try InterfaceAddress("\(free)/\(prefix.length)", field: "prefix")
    }

    private static func prefix(
        _ request: NetworkRequest.Link, _ given: [InterfaceAddress?], isIPv6: Bool, _ taken: TakenPrefixes
    ) throws(Refusal) -> IPPrefix {
        let family = isIPv6 ? "IPv6" : "IPv4"
        if let wrong = given.compactMap(\.self).first(where: { $0.address.isIPv6 != isIPv6 }) {
            throw refused(request.name, "its routers speak \(family); \(wrong.address) is not", "\(wrong.address)")
        }
        let prefix: IPPrefix
        if let text = request.prefix {
            prefix = try IPPrefix(text, field: "link '\(request.name)', prefix")
            guard prefix.isIPv6 == isIPv6 else {
                throw refused(request.name, "its routers speak \(family); \(prefix) is not", text)
            }
        } else if let first = given.compactMap(\.self).first {
            prefix = IPPrefix(first.address, length: first.prefix)
        } else {
            return try free(isIPv6: isIPv6, taken, of: request.name)
        }
        if let other = taken.first(overlapping: prefix) {
            throw refused(request.name, "its prefix \(prefix) overlaps another link's, \(other)", "\(prefix)")
        }
        return prefix
    }

    /// A free one of 10.0.0.0/8 by /24, or of fd00:766d:7300::/48 by /64.
    private static func free(isIPv6: Bool, _ taken: TakenPrefixes, of link: String) throws(Refusal) -> IPPrefix {
        for number in taken.count..<65_536 + taken.count {
            let (high, low) = (UInt8(number >> 8 & 0xFF), UInt8(number & 0xFF))
            let candidate =
                isIPv6
                ? IPPrefix(
                    IPAddress(bytes: [0xFD, 0, 0x76, 0x6D, 0x73, 0, high, low] + [UInt8](repeating: 0, count: 8)),
                    length: 64)
                : IPPrefix(IPAddress(bytes: [10, high, low, 0]), length: 24)
            if taken.first(overlapping: candidate) == nil { return candidate }
        }
        throw refused(link, "there is no free prefix left; give one", nil)
    }

    static func refused(_ link: String, _ why: String, _ value: String?) -> Refusal {
        Refusal(.linkInvalid, "link '\(link.shown)': \(why)", field: "link", value: value ?? link.shown)
    }
}

/// Prefixes of a network's links so far. Those of the size that is allocated are found without looking at each.
struct TakenPrefixes {
    private var allocated: Set<IPPrefix> = []
    private var others: [IPPrefix] = []

    var count: Int { allocated.count }

    private static func isAllocatedSize(_ prefix: IPPrefix) -> Bool { prefix.length == (prefix.isIPv6 ? 64 : 24) }

    mutating func insert(_ prefix: IPPrefix) {
        if Self.isAllocatedSize(prefix) { allocated.insert(prefix) } else { others.append(prefix) }
    }

    func first(overlapping prefix: IPPrefix) -> IPPrefix? {
        if allocated.contains(prefix) { return prefix }
        if let other = others.first(where: prefix.overlaps) { return other }
        return Self.isAllocatedSize(prefix) ? nil : allocated.first(where: prefix.overlaps)
    }
}
