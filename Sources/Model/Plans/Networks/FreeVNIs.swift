/// Chooses VNIs for new links: the lowest one in the operator's range that no network and none of the link's
/// hosts uses.
struct FreeVNIs {
    private let range: ClosedRange<Int>
    private var used: Set<Int>
    /// All VNIs below it are used.
    private var cursor: Int

    /// - Parameter used: VNIs of existing links.
    init(_ range: ClosedRange<Int>, used: some Sequence<Int>) {
        self.range = range
        self.used = Set(used)
        cursor = range.lowerBound
    }

    /// - Parameter taken: for each of the link's hosts, the VNIs that others use there.
    /// - Throws: `vniRangeInUse`.
    mutating func take(for link: String, taken: [Set<Int>]) throws(Refusal) -> Int {
        while used.contains(cursor) { cursor += 1 }
        var vni = cursor
        while used.contains(vni) || taken.contains(where: { $0.contains(vni) }) { vni += 1 }
        guard range.contains(vni) else {
            throw Refusal(
                .vniRangeInUse, .link,
                "link '\(link)': every VNI from \(range.lowerBound) to \(range.upperBound) is in use on its hosts; "
                    + "destroy networks, or start vmsd with a longer --vni-range", value: link)
        }
        used.insert(vni)
        return vni
    }
}
