internal import VMSAPI

/// JSON for people and for programs.
enum JSONText {
    /// JSON on one line, for a program.
    static func line(_ value: WireValue) -> String { safe(JSONWriter.text(of: value)) }

    /// JSON with an indent of two spaces for each level, for a person.
    static func pretty(_ value: WireValue, indent: String = "") -> String {
        let inner = indent + "  "
        switch value {
        case .object(let members) where !members.isEmpty:
            let lines = members.map { "\(inner)\(line(.string($0.name))): \(pretty($0.value, indent: inner))" }
            return "{\n\(lines.joined(separator: ",\n"))\n\(indent)}"
        case .array(let items) where !items.isEmpty:
            let lines = items.map { inner + pretty($0, indent: inner) }
            return "[\n\(lines.joined(separator: ",\n"))\n\(indent)]"
        case .object, .array, .null, .string, .number, .bool, .bytes: return line(value)
        }
    }

    /// Characters that JSON allows unescaped and a terminal would act on occur only inside texts, where an escape means
    /// the same.
    private static func safe(_ text: String) -> String {
        text.unicodeScalars.reduce(into: "") { result, scalar in
            guard scalar.isUnsafe else { return result.unicodeScalars.append(scalar) }
            let hex = String(scalar.value, radix: 16)
            result += "\\u" + String(repeating: "0", count: 4 - hex.count) + hex
        }
    }
}
