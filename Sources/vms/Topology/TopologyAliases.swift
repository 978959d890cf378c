internal import Yams

/// The size of a file after all aliases (`*name`) are followed, computed before one of them is followed.
///
/// An alias stands for the whole value of its anchor (`&name`), aliases in it included, so that a few lines may
/// describe more than any memory holds. Aliases of scalars do not grow a file; a star in a comment or a text is
/// not an alias.
struct TopologyAliases {
    /// The most values that aliases may add to a file: as many as the largest network has.
    private static let mostValues = 100_000
    /// Maximum depth of nesting.
    private static let deepest = 100
    /// With more aliases than this, the error names them as the reason.
    private static let few = 10

    /// Size and depth of a node with its aliases followed.
    private struct Extent {
        var values = 1
        var depth = 0
    }

    /// Far more than is allowed, and far less than overflows.
    private static let endless = 1 << 40

    /// Replaces a star, so that it begins a scalar like any letter. YAML allows the character, and files do not use it.
    private static let starSubstitute: UnicodeScalar = "\u{E000}"

    private var anchors: [String: Extent] = [:]
    /// The largest of all anchors, for an alias of an unknown anchor.
    private var largest = Extent()
    /// Number of aliases of lists and structures.
    private var count = 0
    private var added = 0

    /// - Parameter text: the file in UTF-8.
    /// - Returns: the error of its aliases, in words; `nil` if they can be followed.
    /// - Throws: `YamlError` for a text that is not YAML.
    static func problem(in text: String) throws -> String? {
        guard text.utf8.contains(UInt8(ascii: "*")) else { return nil }
        var plain = String.UnicodeScalarView()
        for scalar in text.unicodeScalars { plain.append(scalar == "*" ? starSubstitute : scalar) }
        // Nodes have anchors only while their parser lives.
        let parser = try Yams.Parser(yaml: String(plain), resolver: .default, constructor: .default, encoding: .utf8)
        guard let root = try parser.singleRoot() else { return nil }
        var aliases = TopologyAliases()
        let whole = withExtendedLifetime(parser) { aliases.extent(of: root) }
        guard aliases.added > mostValues || whole.depth > deepest && aliases.count > 0 else { return nil }
        let which = aliases.count > few ? "more than \(few) aliases (*name)" : "aliases (*name)"
        return
            "the file has \(which), which expand to too much: more than \(mostValues) values, or nested deeper than "
            + "\(deepest) levels; write the values out, or put them under defaults"
    }

    /// In the order of the file: an alias refers to an anchor above it.
    private mutating func extent(of node: Yams.Node) -> Extent {
        switch node {
        case .scalar(let scalar):
            let isAlias = scalar.style == .plain && scalar.string.unicodeScalars.first == Self.starSubstitute
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
        let target = anchors[String(text.unicodeScalars.dropFirst())] ?? largest
        if target.depth > 0 { count += 1 }
        added = min(Self.endless, added + target.values - 1)
        return target
    }

    private mutating func anchored(_ extent: Extent, _ anchor: Yams.Anchor?) -> Extent {
        guard let anchor else { return extent }
        anchors[anchor.rawValue] = extent
        largest.values = max(largest.values, extent.values)
        largest.depth = max(largest.depth, extent.depth)
        return extent
    }
}
