/// A request that does not fit its service: the field, its value, and the allowed values.
public struct FieldError: Error, Sendable, Equatable, CustomStringConvertible {
    /// Stable codes; they are part of the published contract.
    public enum Code: String, Sendable, CaseIterable {
        case missingField, emptyField, duplicateField, unknownField, invalidValue, outOfRange, tooLong, tooMany,
            malformed
    }

    public var code: Code
    /// Path from the request, such as `Node[1].IP`.
    public var field: String
    /// The caller's value, shortened; `nil` when none was sent.
    public var value: String?
    /// The allowed values, as a half sentence: `must be …`.
    public var expected: String

    public init(_ code: Code, field: String, value: String? = nil, expected: String) {
        self.code = code
        self.field = field
        self.value = value.map(Self.shortened)
        self.expected = expected
    }

    public var description: String {
        guard let value else { return "\(field): \(expected)" }
        return "\(field) is '\(value)': \(expected)"
    }

    /// The caller's text in a form that is safe to show: at most 80 characters and no control characters.
    public static func shortened(_ text: String) -> String {
        let visible = text.unicodeScalars.prefix(80).map { scalar -> Character in
            let isControl = scalar.value < 0x20 || (0x7F...0x9F).contains(scalar.value)
            return isControl ? "\u{FFFD}" : Character(scalar)
        }
        return String(visible) + (text.unicodeScalars.dropFirst(80).isEmpty ? "" : "…")
    }
}
