/// What a message looks like between its type and its bytes: the one tree that SOAP, JSON and the command line share.
///
/// An array is a repeated field. A reader may deliver a repeated field as several members of one name (XML) or as one
/// `.array` (JSON); both mean the same.
public indirect enum WireValue: Sendable, Equatable {
    case null
    case string(String)
    /// A number in its decimal spelling, so that no precision is lost between the wire and the field's own type.
    case number(String)
    case bool(Bool)
    /// Bytes that came as such, beside the message's text. A field for bytes takes them as it takes base64; any other
    /// refuses them.
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

    /// An array's items; a JSON array of one stands for the value itself where one value is wanted.
    var flattened: [WireValue] { if case .array(let items) = self { items } else { [self] } }

    /// The members of an object. Empty text counts as an object without members, as in `<Node/>`.
    public var members: [Member]? {
        switch self {
        case .object(let members): members
        case .string(let text) where text.allSatisfy(\.isWhitespace): []
        case .null, .string, .number, .bool, .bytes, .array: nil
        }
    }
}
