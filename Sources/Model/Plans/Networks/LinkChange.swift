/// The difference between a link's recorded and its requested form.
struct LinkChange {
    /// `nil` for a new link.
    let from: VirtualNetwork.Link?
    /// `nil` for a link that is to be removed.
    let to: VirtualNetwork.Link?

    var changes: [NetworkChange] {
        guard let to else { return from.map { [change(.remove, $0, "of \(Self.list($0.ends.map(\.router)))")] } ?? [] }
        guard let from else {
            let words =
                Self.list(to.ends.map { $0.router }) + (to.prefix.map { " on \($0)" } ?? "") + ", MTU \(to.mtu)"
                + (to.vni.map { ", VXLAN \($0)" } ?? "") + (to.shape.map { ", \($0.words)" } ?? "")
            return [change(.add, to, words)]
        }
        let words = differences(from, to)
        return words.isEmpty ? [] : [change(.change, to, words.joined(separator: ", "))]
    }

    private func change(_ kind: NetworkChange.Kind, _ link: VirtualNetwork.Link, _ words: String) -> NetworkChange {
        NetworkChange(kind: kind, part: .link, name: link.name, words: words)
    }

    private func differences(_ from: VirtualNetwork.Link, _ to: VirtualNetwork.Link) -> [String] {
        var words: [String] = []
        let had = Dictionary(from.ends.map { ($0.router, $0) }, uniquingKeysWith: { first, _ in first })
        let stay = Set(to.ends.map(\.router))
        let joining = to.ends.filter { had[$0.router] == nil }.map { "+ \($0.router)" }
        let leaving = from.ends.filter { !stay.contains($0.router) }.map { "- \($0.router)" }
        words += joining + leaving
        if from.prefix != to.prefix {
            words.append("prefix \(from.prefix?.description ?? "none") → \(to.prefix?.description ?? "none")")
        }
        if from.mtu != to.mtu { words.append("mtu \(from.mtu) → \(to.mtu)") }
        if !LinkShape.isSame(from.shape, to.shape) {
            words.append("shape \(from.shape?.words ?? "none") → \(to.shape?.words ?? "none")")
        }
        for end in to.ends {
            guard let before = had[end.router], before.address != end.address else { continue }
            words.append(
                "\(end.router) \(before.address?.description ?? "none") → \(end.address?.description ?? "none")")
        }
        // Differences that only the underlay sees.
        for place in to.places {
            guard let before = from.places.first(where: { $0.host == place.host }), before.underlay != place.underlay
            else { continue }
            words.append(
                "host \(place.host) \(before.underlay?.description ?? "none") → \(place.underlay?.description ?? "none")"
            )
        }
        return words
    }

    private static func list(_ words: [String]) -> String { words.joined(separator: ", ") }
}
