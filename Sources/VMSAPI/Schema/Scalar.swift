public import FoundationEssentials

/// A type that one text element, one JSON scalar or one command line word can hold.
public protocol WireScalar: Sendable, Equatable {
    /// Its name in XML Schema, without prefix.
    static var kind: ScalarKind { get }

    /// Reads the wire's text; `nil` if it is not a value of this type.
    init?(wire text: String)

    /// The allowed values, for the error about a text that is not a value; `nil` if ``ScalarKind/expected`` suffices.
    static func remedy(for text: String) -> String?

    var wireValue: WireValue { get }
}

extension WireScalar {
    public static func remedy(for text: String) -> String? { nil }
}

/// The scalar types of the contract, as XML Schema and JSON Schema name them.
public struct ScalarKind: Sendable, Equatable {
    public var xsd: String
    public var json: String
    /// The allowed values, for an error: "must be …".
    public var expected: String
    /// An example of a value, if not every text is one.
    public var example: String?
    /// The words of an enumeration, and the name of its type.
    public var enumeration: Enumeration?

    public struct Enumeration: Sendable, Equatable {
        public var name: String
        public var values: [String]
    }
}

/// An enumeration whose raw values are its words on the wire.
public protocol WireEnum: WireScalar, RawRepresentable<String>, CaseIterable {}

extension WireEnum {
    public static var kind: ScalarKind {
        let values = allCases.map(\.rawValue)
        return ScalarKind(
            xsd: "string", json: "string", expected: "must be one of \(values.joined(separator: ", "))",
            enumeration: .init(name: "\(Self.self)", values: values))
    }

    public init?(wire text: String) { self.init(rawValue: text.trimmedXMLSpace) }

    public var wireValue: WireValue { .string(rawValue) }
}

extension String: WireScalar {
    public static var kind: ScalarKind { .init(xsd: "string", json: "string", expected: "must be text") }
    public init?(wire text: String) { self = text }
    public var wireValue: WireValue { .string(self) }
}

extension Int32: WireScalar {
    public static var kind: ScalarKind {
        .init(xsd: "int", json: "integer", expected: "must be a whole number of at most 32 bits")
    }
    public init?(wire text: String) { self.init(text.trimmedXMLSpace) }
    public var wireValue: WireValue { .number(String(self)) }
}

extension Int64: WireScalar {
    public static var kind: ScalarKind {
        .init(xsd: "long", json: "integer", expected: "must be a whole number of at most 64 bits")
    }
    public init?(wire text: String) { self.init(text.trimmedXMLSpace) }
    public var wireValue: WireValue { .number(String(self)) }
}

extension Double: WireScalar {
    public static var kind: ScalarKind { .init(xsd: "double", json: "number", expected: "must be a number") }

    /// Refuses XML Schema's infinities and not-a-number.
    public init?(wire text: String) {
        let text = text.trimmedXMLSpace
        guard text.utf8.allSatisfy({ (0x30...0x39).contains($0) || "+-.eE".utf8.contains($0) }),
            let value = Double(text), value.isFinite
        else { return nil }
        self = value
    }
    public var wireValue: WireValue { .number(Int64(exactly: self).map { String($0) } ?? String(self)) }
}

extension Bool: WireScalar {
    public static var kind: ScalarKind { .init(xsd: "boolean", json: "boolean", expected: "must be true or false") }

    /// XML Schema's four spellings, and the capitalised ones of toolkits that write their language's own.
    public init?(wire text: String) {
        switch text.trimmedXMLSpace.lowercased() {
        case "true", "1": self = true
        case "false", "0": self = false
        default: return nil
        }
    }
    public var wireValue: WireValue { .bool(self) }
}

extension Date: WireScalar {
    public static var kind: ScalarKind {
        .init(xsd: "dateTime", json: "string", expected: "must be a date and time such as 2026-01-31T12:00:00Z")
    }

    public init?(wire text: String) {
        let text = text.trimmedXMLSpace
        let plain = Date.ISO8601FormatStyle()
        let fractional = Date.ISO8601FormatStyle(includingFractionalSeconds: true)
        guard let date = (try? plain.parse(text)) ?? (try? fractional.parse(text)) else { return nil }
        self = date
    }
    public var wireValue: WireValue { .string(formatted(Date.ISO8601FormatStyle(includingFractionalSeconds: true))) }
}

extension Data: WireScalar {
    public static var kind: ScalarKind {
        .init(xsd: "base64Binary", json: "string", expected: "must be base64")
    }
    public init?(wire text: String) {
        self.init(base64Encoded: String(text.unicodeScalars.filter { !$0.properties.isWhitespace }))
    }
    public var wireValue: WireValue { .string(base64EncodedString()) }
}

extension String {
    /// The text without the white space that XML Schema collapses around numbers and words.
    var trimmedXMLSpace: String {
        guard let first = utf8.first, let last = utf8.last, first <= 0x20 || last <= 0x20 else { return self }
        // By bytes: CR LF is one character, and other Unicode spaces are not white space in XML.
        let isSpace: (UInt8) -> Bool = { $0 == 0x20 || $0 == 0x09 || $0 == 0x0A || $0 == 0x0D }
        guard let start = utf8.firstIndex(where: { !isSpace($0) }), let end = utf8.lastIndex(where: { !isSpace($0) })
        else { return "" }
        return String(self[start...end])
    }
}
