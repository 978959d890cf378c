/// Checks the names in a request that its schema does not know.
///
/// Names without a relation to a field are ignored: the first clients send fields of their own. A name that was
/// intended as a field is refused, because without that field the request would do something else. That is a name that
/// differs from a field's only by case, punctuation or white space, and a field at a place where no fields belong
/// (``WireValue/Member/isMisplaced``). A service with `dryRun` refuses every unknown name. A service without it refuses
/// every name that requests a dry run, at any place (``DryRun``).
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
            for member in values.flatMap(field.nonItems) {
                var items = message
                if case .message(let inner) = field.kind { items = inner }
                try judge(member, items, at: "\(prefix)\(field.name).")
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
        let intended = place == .text ? nil : message.intended(by: member.ownName)
        let isDryRun = !isStrict && DryRun.isMeant(by: member)
        guard intended != nil || isStrict || isDryRun else { return }
        let expected: String
        if isDryRun {
            expected = "\(root.name.smallFirst) has no dry run, so nothing was done; \(otherwise)"
        } else if let intended {
            expected =
                place == .field
                ? "there is no field of that name; did you mean '\(intended.name)'?"
                : "\(place.words): send it as '\(intended.name)'"
        } else {
            let known = message.fields.map(\.name).joined(separator: ", ")
            expected = (place == .field ? "there is no field of that name" : place.words) + "; there are \(known)"
        }
        throw FieldError(
            .unknownField, field: prefix + (member.name.isEmpty ? "''" : FieldError.shortened(member.name)),
            value: place == .text ? member.value.text : nil, expected: expected)
    }

    /// The alternative to a dry run.
    private var otherwise: String {
        ["CreateVirtualNetwork", "ApplyVirtualNetwork"].contains(root.name)
            ? "planVirtualNetwork shows what would be done"
            : "leave it out to carry out the request"
    }
}

/// Finds the request for a dry run in a message.
public enum DryRun {
    static let field = "dryRun"

    /// Whether a name requests a dry run, in any spelling, also as a part of a longer name.
    public static func isMeant(by name: String) -> Bool {
        let folded = name.foldedName
        return folded == "dry" || folded.contains("dryrun")
    }

    /// Whether the member or one inside it has such a name. For text beside fields, the text itself counts.
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
    /// Precedes the name of an XML attribute. If the attribute's element holds something else, the element's name
    /// precedes the mark.
    public static let attributeMark = "@"
    /// Precedes the name of a parameter in the address's query.
    public static let queryMark = "?"
    /// The name of text beside elements.
    public static let strayText = "#text"

    /// The place of a member in the request.
    enum Place: Equatable {
        case field, attribute, query, text

        var words: String {
            switch self {
            case .field: "is not a field"
            case .attribute: "is an attribute, and fields are elements"
            case .query: "is in the address, and fields are in the message"
            case .text: "text beside elements is not a field"
            }
        }
    }

    var place: Place {
        if name == Self.strayText { return .text }
        if name.hasPrefix(Self.queryMark) { return .query }
        return name.contains(Self.attributeMark) ? .attribute : .field
    }

    /// Whether it was at a place where no fields belong.
    var isMisplaced: Bool { place != .field }

    /// Its name; of an attribute, without the element's name.
    var ownName: String {
        String(name.split(separator: Self.attributeMark, omittingEmptySubsequences: false).last ?? "")
    }
}

extension MessageDescription {
    /// The message's fields and the members beside them: Axis2's RPC shape nests fields one level down, below a name of
    /// its own.
    func unnested(_ members: [WireValue.Member]) -> [WireValue.Member] {
        let elements = members.filter { !$0.isMisplaced }
        guard elements.count == 1, ["element", "args0"].contains(elements[0].name),
            let inner = elements[0].value.members, !fields.contains(where: { $0.accepts(elements[0].name) })
        else { return members }
        return members.filter(\.isMisplaced) + inner
    }

    /// The field whose name differs from this one only by case and punctuation.
    fileprivate func intended(by name: String) -> FieldDescription? {
        let folded = name.foldedName
        return fields.first { ([$0.name] + $0.aliases).contains { $0.foldedName == folded } }
    }
}

extension String {
    /// The name in lower case, with letters and digits only.
    fileprivate var foldedName: String {
        // Longer than every field's name, and not worth the work.
        guard utf8.count <= 256 else { return self }
        return String(lowercased().filter { $0.isLetter || $0.isNumber })
    }

    fileprivate var smallFirst: String { prefix(1).lowercased() + dropFirst() }
}
