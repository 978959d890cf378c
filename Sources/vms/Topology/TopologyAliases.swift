internal import Yams

/// What aliases (`*name`) make out of a file, found out before one of them is followed.
///
/// An alias stands for all that its anchor (`&name`) stands at, aliases in it included, so that a few lines may say more
/// than any memory holds. Scalars grow nothing, however often they are meant, and a star in a comment or a text is no alias.
struct TopologyAliases {
    /// How many values more than the file has by itself they may make of it: as many as a network of the largest size has.
    private static let mostValues = 100_000
    /// How deep they may nest.
    private static let deepest = 100
    /// With more than so many, it is they that are told.
    private static let few = 10

    /// What a node stands for.
    private struct Extent {
        var values = 1
        var depth = 0
    }

    /// Far beyond what is let through, and far below what fits.
    private static let endless = 1 << 40

    /// Stands in a star's place, where it begins a scalar like any other letter. YAML allows it, and nobody writes it.
    private static let stand: UnicodeScalar = "\u{E000}"

    private var anchors: [String: Extent] = [:]
    /// Of all anchors: for an alias of none that is known.
    private var largest = Extent()
    /// Aliases of lists and structures.
    private var count = 0
    private var added = 0

    /// - Parameter text: in UTF-8.
    /// - Returns: what is wrong with its aliases, in words; `nil` when they may be followed.
    /// - Throws: `YamlError` for a text that is no YAML.
    static func problem(in text: String) throws -> String? {
        guard text.utf8.contains(UInt8(ascii: "*")) else { return nil }
        var plain = String.UnicodeScalarView()
        for scalar in text.unicodeScalars { plain.append(scalar == "*" ? stand : scalar) }
        // Nodes know their anchors for as long as their parser lives.
        let parser = try Yams.Parser(yaml: String(plain), resolver: .default, constructor: .default, encoding: .utf8)
        guard let root = try parser.singleRoot() else { return nil }
        var aliases = TopologyAliases()
        let whole = withExtendedLifetime(parser) { aliases.extent(of: root) }
        guard aliases.added > mostValues || whole.depth > deepest && aliases.count > 0 else { return nil }
        let which = aliases.count > few ? "more than \(few) aliases (*name)" : "aliases (*name)"
        return
            "the file has \(which), and what they stand for is too much: more than \(mostValues) values, or nested deeper "
            + "than \(deepest) levels; write the values out, or put them under defaults"
    }

    /// In the order of the file: an alias means what stands above it.
    private mutating func extent(of node: Yams.Node) -> Extent {
        switch node {
        case .scalar(let scalar):
            let isAlias = scalar.style == .plain && scalar.string.unicodeScalars.first == Self.stand
            return isAlias ? extent(ofAlias: scalar.string) : anchored(Extent(), scalar.anchor)
        case .sequence(let items): return anchored(extent(of: items.map { $0 }), items.anchor)
        case .mapping(let pairs): return anchored(extent(of: pairs.flatMap { [$0.key, $0.value] }), pairs.anchor)
        case .alias: return largest
        }
    }

    private mutating func extent(of items: [Yams.Node]) -> Extent {
        var whole = Extent(values: 1, depth: 1)
        for item in items {
            let part = extent(of: item)
            whole.values = min(Self.endless, whole.values + part.values)
            whole.depth = min(Self.endless, max(whole.depth, part.depth + 1))
        }
        return whole
    }

    private mutating func extent(ofAlias text: String) -> Extent {
        let meant = anchors[String(text.unicodeScalars.dropFirst())] ?? largest
        if meant.depth > 0 { count += 1 }
        added = min(Self.endless, added + meant.values - 1)
        return meant
    }

    private mutating func anchored(_ extent: Extent, _ anchor: Yams.Anchor?) -> Extent {
        guard let anchor else { return extent }
        anchors[anchor.rawValue] = extent
        largest.values = max(largest.values, extent.values)
        largest.depth = max(largest.depth, extent.depth)
        return extent
    }
}
