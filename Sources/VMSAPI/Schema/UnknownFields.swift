/// Judges the names in a request that its schema does not know.
///
/// Left aside are those that have nothing to do with a field: the first clients send fields of their own. Refused is what
/// was meant to be a field, since the request would do something else without it: a name that differs from a field's only
/// by case, punctuation or white space, and a field sent as an attribute (``WireValue/Member/attributeMark``). Of a service
/// that may be told to do nothing (`dryRun`) every name that is not known is refused.
struct UnknownFields {
    private let isStrict: Bool
    private let root: MessageDescription

    init(_ root: MessageDescription) {
        self.root = root
        isStrict = root.fields.contains { $0.name == "dryRun" }
    }

    /// - Throws: `unknownField` for the first such name.
    func check(_ value: WireValue) throws(FieldError) { try check(value, root, at: "") }

    private func check(_ value: WireValue, _ message: MessageDescription, at prefix: String) throws(FieldError) {
        guard let members = value.members.map(message.unnested) else { return }
        for member in members where !message.fields.contains(where: { $0.accepts(member.name) }) {
            try judge(member.name, message, at: prefix)
        }
        for field in message.fields {
            guard case .message(let inner) = field.kind else { continue }
            let items = members.filter { field.accepts($0.name) }.flatMap { field.items($0.value) }
            for (index, item) in items.enumerated() {
                let place = field.occurrence == .repeated ? "\(field.name)[\(index)]" : field.name
                try check(item, inner, at: "\(prefix)\(place).")
            }
        }
    }

    private func judge(_ name: String, _ message: MessageDescription, at prefix: String) throws(FieldError) {
        let folded = Self.folded(name)
        let meant = message.fields.first { field in
            ([field.name] + field.aliases).contains { Self.folded($0) == folded }
        }
        guard meant != nil || isStrict else { return }
        let isAttribute = name.hasPrefix(WireValue.Member.attributeMark)
        var expected = isAttribute ? "is an attribute, and fields are elements" : "there is no field of that name"
        if let meant {
            expected += isAttribute ? ": send it as '\(meant.name)'" : "; did you mean '\(meant.name)'?"
        } else {
            expected += "; there are \(message.fields.map(\.name).joined(separator: ", "))"
        }
        throw FieldError(
            .unknownField, field: prefix + (name.isEmpty ? "''" : FieldError.shortened(name)), expected: expected)
    }

    /// What is left of a name without case and everything but letters and digits.
    private static func folded(_ name: String) -> String {
        // Longer than any field's name can be, and not worth the work.
        guard name.utf8.count <= 256 else { return name }
        return String(name.lowercased().filter { $0.isLetter || $0.isNumber })
    }
}

extension WireValue.Member {
    /// Stands before the name of what was an attribute in XML.
    public static let attributeMark = "@"

    var isAttribute: Bool { name.hasPrefix(Self.attributeMark) }
}

extension MessageDescription {
    /// The members that are the message's fields: Axis2's RPC shape nests them one level down, below a name of its own.
    func unnested(_ members: [WireValue.Member]) -> [WireValue.Member] {
        let elements = members.filter { !$0.isAttribute }
        guard elements.count == 1, ["element", "args0"].contains(elements[0].name),
            let inner = elements[0].value.members, !fields.contains(where: { $0.accepts(elements[0].name) })
        else { return members }
        return inner
    }
}
