internal import VMSAPI

/// The value of a `Content-Type` header with its parameters.
///
/// Source: RFC 2045, section 5.1.
struct MediaType {
    /// Type and subtype in lower case, such as `multipart/related`.
    private(set) var name: String
    private var parameters: [String: String] = [:]

    /// Parses a header.
    ///
    /// - Throws: for a parameter without a value, an unterminated quote, and a repeated parameter: another reader on
    ///   the way may have used the other value.
    init(_ header: String) throws(PackageProblem) {
        var rest = Substring(header)
        name = Self.trimmed(Self.upTo(";", &rest)).lowercased()
        while !rest.isEmpty {
            rest.removeFirst()
            let field = Self.trimmed(Self.upTo("=", &rest, or: ";"))
            if rest.first != "=" {
                // A trailing or doubled semicolon.
                guard field.isEmpty else { throw Self.problem(header, "'\(field)' has no value") }
                continue
            }
            rest.removeFirst()
            let key = field.lowercased()
            guard let value = Self.value(&rest) else { throw Self.problem(header, "'\(key)' is quoted wrongly") }
            guard parameters.updateValue(value, forKey: key) == nil else {
                throw Self.problem(header, "'\(key)' is given twice")
            }
        }
    }

    /// A parameter's value, without quotes.
    subscript(parameter: String) -> String? { parameters[parameter] }

    /// Removes and returns one value, which only blanks may follow; `nil` if its quotes are wrong.
    private static func value(_ rest: inout Substring) -> String? {
        rest = rest.drop { $0 == " " || $0 == "\t" }
        guard rest.first == "\"" else {
            let token = trimmed(upTo(";", &rest))
            return token.contains("\"") ? nil : token
        }
        rest.removeFirst()
        var value = ""
        while let character = rest.popFirst() {
            switch character {
            case "\"": return trimmed(upTo(";", &rest)).isEmpty ? value : nil
            case "\\":
                guard let quoted = rest.popFirst() else { return nil }
                value.append(quoted)
            default: value.append(character)
            }
        }
        return nil
    }

    private static func upTo(_ end: Character, _ rest: inout Substring, or other: Character? = nil) -> Substring {
        let taken = rest.prefix { $0 != end && $0 != other }
        rest = rest[taken.endIndex...]
        return taken
    }

    private static func trimmed(_ text: Substring) -> String {
        let blanks: (Character) -> Bool = { $0 == " " || $0 == "\t" }
        let front = text.drop(while: blanks)
        guard let last = front.lastIndex(where: { !blanks($0) }) else { return "" }
        return String(front[...last])
    }

    private static func problem(_ header: String, _ reason: String) -> PackageProblem {
        PackageProblem("Content-Type is '\(FieldError.shortened(header))': \(FieldError.shortened(reason))")
    }
}
