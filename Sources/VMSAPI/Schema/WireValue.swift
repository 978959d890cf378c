/// A message between its type and its bytes: the one tree that SOAP, JSON and the command line share.
///
/// An array is a repeated field. A reader may deliver a repeated field as several members of one name (XML) or as one
/// `.array` (JSON); both have the same meaning.
public indirect enum WireValue: Sendable, Equatable {
    case null
    case string(String)
    /// A number in its decimal spelling, so that no precision is lost between the wire and the field's own type.
    case number(String)
    case bool(Bool)
    /// Binary data beside the message's text (an attachment). A field of bytes accepts it like base64; any other field
    /// refuses it.
    case bytes([UInt8])
    case object([Member])
    case array([WireValue])

    /// One named part of an object, in the order of the wire.
    public struct Member: Sendable, Equatable {
        public var name: String
        public var value: WireValue

        public init(_ name: String, _ value: WireValue) {
            self.name = name
            self.value = value
        }
    }

    /// The text of a scalar; `nil` for bytes, objects, arrays and null.
    public var text: String? {
        switch self {
        case .string(let text), .number(let text): text
        case .bool(let flag): flag ? "true" : "false"
        case .null, .bytes, .object, .array: nil
        }
    }

    /// An array's items; a JSON array of one element is accepted where a single value is expected.
    package var flattened: [WireValue] { if case .array(let items) = self { items } else { [self] } }

    /// The members of an object. Empty text counts as an object without members, as in `<Node/>`.
    public var members: [Member]? {
        switch self {
        case .object(let members): members
        case .string(let text) where text.allSatisfy(\.isWhitespace): []
        case .null, .string, .number, .bool, .bytes, .array: nil
        }
    }
}
