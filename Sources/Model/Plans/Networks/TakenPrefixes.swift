/// Prefixes of a network's links so far. None overlaps another, except link-local ones. Overlaps and free
/// prefixes are found by binary search, without a look at each prefix.
struct TakenPrefixes {
    private struct Span {
        var first: UInt128
        var last: UInt128
        var prefix: IPPrefix
    }

    /// Sorted by their addresses.
    private var four: [Span] = []
    private var six: [Span] = []
    /// Link-local IPv4 prefixes by router: IPv4 has no zones, so that a router cannot distinguish two links
    /// with one prefix, even if the prefix is local to each link.
    private var local: [String: [IPPrefix]] = [:]
    /// The start of the search for a free prefix.
    private var nextFour: UInt128 = 0
    private var nextSix: UInt128 = 0

    /// Reserves a prefix for a link with these routers.
    ///
    /// - Throws: `linkInvalid` for a prefix that overlaps another link's.
    mutating func insert(_ prefix: IPPrefix, of link: NetworkRequest.Link) throws(Refusal) {
        if prefix.isLinkLocal { return try insert(local: prefix, of: link) }
        if let other = first(overlapping: prefix) {
            throw LinkPlan.refused(
                link.name,
                "its prefix \(prefix) overlaps another link's, \(other): a router could not tell on which of them an address is; "
                    + "give it another", "\(prefix)")
        }
        add(prefix)
    }

    /// fe80::/64 exists on each link separately (RFC 4291, section 2.5.6): a host specifies the interface with
    /// the address.
    private mutating func insert(local prefix: IPPrefix, of link: NetworkRequest.Link) throws(Refusal) {
        guard !prefix.isIPv6 else { return }
        for end in link.ends {
            if let other = local[end.router]?.first(where: prefix.overlaps) {
                throw LinkPlan.refused(
                    link.name,
                    "its prefix \(prefix) overlaps \(other) of another link of router '\(end.router)', which could not tell on "
                        + "which of them an address is; give it another", "\(prefix)")
            }
            local[end.router, default: []].append(prefix)
        }
    }

    /// Reserves a free /24 of 10.0.0.0/8, or a free /64 of fd00:766d:7300::/48; `nil` if none is left.
    mutating func takeFree(isIPv6: Bool) -> IPPrefix? {
        let pool =
            isIPv6
            ? IPPrefix(IPAddress(number: 0xFD00_766D_7300 << 80, isIPv6: true), length: 48)
            : IPPrefix(IPAddress(number: 10 << 24, isIPv6: false), length: 8)
        let (length, step): (Int, UInt128) = isIPv6 ? (64, 1 << 64) : (24, 1 << 8)
        var next = max(pool.first, isIPv6 ? nextSix : nextFour)
        defer { if isIPv6 { nextSix = next } else { nextFour = next } }
        while next <= pool.last {
            let candidate = IPPrefix(IPAddress(number: next, isIPv6: isIPv6), length: length)
            guard let other = first(overlapping: candidate) else {
                next += step
                add(candidate)
                return candidate
            }
            // Continues after the end of the overlapping prefix, but not beyond the end of the pool.
            next = (min(other.last, pool.last) / step + 1) * step
        }
        return nil
    }

    func first(overlapping prefix: IPPrefix) -> IPPrefix? {
        let spans = prefix.isIPv6 ? six : four
        let place = place(of: prefix.first, in: spans)
        // The spans do not overlap each other: only the neighbours can extend into the prefix.
        if place > 0, spans[place - 1].last >= prefix.first { return spans[place - 1].prefix }
        if place < spans.count, spans[place].first <= prefix.last { return spans[place].prefix }
        return nil
    }

    private mutating func add(_ prefix: IPPrefix) {
        let span = Span(first: prefix.first, last: prefix.last, prefix: prefix)
        if prefix.isIPv6 {
            six.insert(span, at: place(of: span.first, in: six))
        } else {
            four.insert(span, at: place(of: span.first, in: four))
        }
    }

    /// The index of the first span that does not begin below a number.
    private func place(of number: UInt128, in spans: [Span]) -> Int {
        var (low, high) = (0, spans.count)
        while low < high {
            let middle = (low + high) / 2
            if spans[middle].first < number { low = middle + 1 } else { high = middle }
        }
        return low
    }
}
