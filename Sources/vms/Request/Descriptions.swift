internal import VMSAPI

extension MessageDescription {
    /// Returns the field of that name, in any of its spellings.
    ///
    /// - Throws: ``UsageError`` with the nearest names.
    func field(_ name: String, at place: String = "") throws -> FieldDescription {
        if let field = fields.first(where: { $0.name == name || $0.aliases.contains(name) }) { return field }
        let known = fields.map(\.name)
        let all = known.isEmpty ? "it has no fields" : "its fields are \(known.joined(separator: ", "))"
        let hint = Nearest.suggestion(for: name, among: known, otherwise: all)
        throw UsageError("\(self.name.smallFirst) has no field \(place)\(name.visible); \(hint)")
    }

    /// Refuses members without a field, which the server would ignore silently.
    func check(_ value: WireValue, at place: String) throws {
        switch value {
        case .object(let members):
            for member in members {
                let field = try field(member.name, at: place)
                if case .message(let inner) = field.kind {
                    try inner.check(member.value, at: "\(place)\(field.name).")
                }
            }
        case .array(let items): for item in items { try check(item, at: place) }
        case .null, .string, .number, .bool, .bytes: return
        }
    }
}

extension ScalarKind {
    /// Converts a word to its wire form: a JSON number or boolean if the word is one, otherwise text.
    func wireValue(of text: String) -> WireValue {
        switch json {
        // fits: parsed from text, and nil for a number that does not fit
        case "integer": Int64(text).map(\.wireValue) ?? .string(text)
        case "number": Double(wire: text).map(\.wireValue) ?? .string(text)
        case "boolean": Bool(wire: text)?.wireValue ?? .string(text)
        default: .string(text)
        }
    }
}

extension String {
    var smallFirst: String { prefix(1).lowercased() + dropFirst() }

    /// The name as an option: `vmRAM` is `vm-ram`, `NodePK` is `node-pk`.
    var kebab: String {
        let letters = Array(self)
        var result = ""
        for (index, letter) in letters.enumerated() {
            let isBoundary =
                index > 0 && letter.isUppercase
                && (letters[index - 1].isLowercase
                    || (index + 1 < letters.count && letters[index + 1].isLowercase && letters[index - 1].isUppercase))
            result += (isBoundary ? "-" : "") + letter.lowercased()
        }
        return result
    }
}

extension Service {
    static var requestDescription: MessageDescription { description }
    static var responseDescription: MessageDescription { Response.description }

    /// Defaults of the fields that are left out, by name.
    static var defaults: [String: String] {
        let members = Self().wireValue.members ?? []
        return Dictionary(
            members.compactMap { member in
                guard let text = member.value.text, !text.isEmpty else { return nil }
                return (member.name, text)
            }, uniquingKeysWith: { first, _ in first })
    }
}

extension ServiceList {
    /// Returns the service of that name.
    ///
    /// - Throws: ``UsageError`` with the nearest names.
    static func service(named name: String) throws -> any Service.Type {
        if let service = all.first(where: { $0.name == name }) { return service }
        let hint = Nearest.suggestion(for: name, among: all.map { $0.name }, otherwise: "'vms services' lists them")
        throw UsageError("there is no service '\(name.visible)'; \(hint)")
    }
}
