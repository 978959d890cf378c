/// Judges the names in a request that its schema does not know.
///
/// Left aside are those that have nothing to do with a field: the first clients send fields of their own. Refused is what
/// was meant to be a field, since the request would do something else without it: a name that differs from a field's only
/// by case, punctuation or white space, and a field that does not stand where fields do (``WireValue/Member/isAside``). Of
/// a service that may be told to do nothing (`dryRun`) every name that is not known is refused; of one that may not, every
/// name that asks for it, wherever it stands (``DryRun``).
struct UnknownFields {
    private let isStrict: Bool
    private let root: MessageDescription

    init(_ root: MessageDescription) {
        self.root = root
        isStrict = root.fields.contains { $0.name == DryRun.field }
    }

    /// - Throws: `unknownField` for the first such name.
    func check(_ value: WireValue) throws(FieldError) { try check(value, root, at: "") }

    private func check(_ value: WireValue, _ message: MessageDescription, at prefix: String) throws(FieldError) {
        guard let members = value.members.map(message.unnested) else { return }
        for member in members where !message.fields.contains(where: { $0.accepts(member.name) }) {
            try judge(member, message, at: prefix)
        }
        for field in message.fields {
            let values = members.filter { field.accepts($0.name) }.flatMap { $0.value.flattened }
            for beside in values.flatMap(field.besideItems) {
                var items = message
                if case .message(let inner) = field.kind { items = inner }
                try judge(beside, items, at: "\(prefix)\(field.name).")
            }
            guard case .message(let inner) = field.kind else { continue }
            for (index, item) in values.flatMap(field.items).enumerated() {
                let place = field.occurrence == .repeated ? "\(field.name)[\(index)]" : field.name
                try check(item, inner, at: "\(prefix)\(place).")
            }
        }
    }

    private func judge(
        _ member: WireValue.Member, _ message: MessageDescription, at prefix: String
    ) throws(FieldError) {
        let place = member.place
        let meant = place == .text ? nil : message.meant(by: member.ownName)
        let isDryRun = !isStrict && DryRun.isMeant(by: member)
        guard meant != nil || isStrict || isDryRun else { return }
        let expected: String
        if isDryRun {
            expected = "\(root.name.smallFirst) cannot be told to do nothing, so nothing was done; \(otherwise)"
        } else if let meant {
            expected =
                place == .field
                ? "there is no field of that name; did you mean '\(meant.name)'?"
                : "\(place.words): send it as '\(meant.name)'"
        } else {
            let known = message.fields.map(\.name).joined(separator: ", ")
            expected = (place == .field ? "there is no field of that name" : place.words) + "; there are \(known)"
        }
        throw FieldError(
            .unknownField, field: prefix + (member.name.isEmpty ? "''" : FieldError.shortened(member.name)),
            value: place == .text ? member.value.text : nil, expected: expected)
    }

    /// What may be done instead of a dry run.
    private var otherwise: String {
        ["CreateVirtualNetwork", "ApplyVirtualNetwork"].contains(root.name)
            ? "planVirtualNetwork tells what would be done"
            : "leave it out to have it done"
    }
}

/// What asks that nothing be done, in a request.
public enum DryRun {
    static let field = "dryRun"

    /// Whether a name says so, in any spelling, by itself or within a longer one.
    public static func isMeant(by name: String) -> Bool {
        let folded = name.foldedName
        return folded == "dry" || folded.contains("dryrun")
    }

    /// Whether the member, or anything in it, is called so. Of text that stands beside fields it is what it says.
    static func isMeant(by member: WireValue.Member) -> Bool {
        if isMeant(by: member.name) || isMeant(by: member.ownName) { return true }
        if member.place == .text { return member.value.text.map(isMeant) ?? false }
        return isMeant(within: member.value)
    }

    private static func isMeant(within value: WireValue) -> Bool {
        switch value {
        case .object(let members): members.contains { isMeant(by: $0) }
        case .array(let items): items.contains { isMeant(within: $0) }
        case .null, .string, .number, .bool, .bytes: false
        }
    }
}

extension WireValue.Member {
    /// Stands before the name of what was an attribute in XML; where its element holds something else, behind that
    /// element's name.
    public static let attributeMark = "@"
    /// Stands before the name of what was in the address's query.
    public static let queryMark = "?"
    /// The name of text that stands beside elements.
    public static let strayText = "#text"

    /// Where something stood that came with the fields.
    enum Place: Equatable {
        case field, attribute, query, text

        var words: String {
            switch self {
            case .field: "is no field"
            case .attribute: "is an attribute, and fields are elements"
            case .query: "stands in the address, and fields stand in the message"
            case .text: "text beside elements is no field"
            }
        }
    }

    var place: Place {
        if name == Self.strayText { return .text }
        if name.hasPrefix(Self.queryMark) { return .query }
        return name.contains(Self.attributeMark) ? .attribute : .field
    }

    /// Whether it stood elsewhere than fields do.
    var isAside: Bool { place != .field }

    /// Its name without the element's that had it as an attribute.
    var ownName: String {
        String(name.split(separator: Self.attributeMark, omittingEmptySubsequences: false).last ?? "")
    }
}

extension MessageDescription {
    /// The members that are the message's fields, and what stood beside them: Axis2's RPC shape nests fields one level
    /// down, below a name of its own.
    func unnested(_ members: [WireValue.Member]) -> [WireValue.Member] {
        let elements = members.filter { !$0.isAside }
        guard elements.count == 1, ["element", "args0"].contains(elements[0].name),
            let inner = elements[0].value.members, !fields.contains(where: { $0.accepts(elements[0].name) })
        else { return members }
        return members.filter(\.isAside) + inner
    }

    /// The field whose name differs only by case and punctuation.
    fileprivate func meant(by name: String) -> FieldDescription? {
        let folded = name.foldedName
        return fields.first { ([$0.name] + $0.aliases).contains { $0.foldedName == folded } }
    }
}

extension String {
    /// What is left of a name without case and everything but letters and digits.
    fileprivate var foldedName: String {
        // Longer than any field's name can be, and not worth the work.
        guard utf8.count <= 256 else { return self }
        return String(lowercased().filter { $0.isLetter || $0.isNumber })
    }

    fileprivate var smallFirst: String { prefix(1).lowercased() + dropFirst() }
}
