/// A structure on the wire: a request, a response, or a part of one.
///
/// `init()` gives the defaults that stand for fields which were not sent.
public protocol Message: Sendable, Equatable {
    init()
    static var schema: Schema<Self> { get }
}

/// One service of the Virtual Machine Server; the type is its request.
public protocol Service: Message {
    associatedtype Response: Message
    /// The name on the wire; by default the type's name with a small first letter.
    static var name: String { get }
}

extension Service {
    public static var name: String {
        let type = "\(Self.self)"
        return type.prefix(1).lowercased() + type.dropFirst()
    }
}

extension Message {
    public static var description: MessageDescription {
        MessageDescription(
            name: "\(Self.self)", documentation: schema.documentation, fields: schema.fields.map(\.description))
    }

    /// Reads a message and enforces every limit of its schema. Fields that the schema does not know are ignored.
    ///
    /// - Parameter path: where the message stands in the request; empty for the request itself.
    /// - Throws: ``FieldError`` for the first field that does not fit.
    public init(wire value: WireValue, at path: String = "") throws(FieldError) {
        guard var members = value.members else {
            throw FieldError(.invalidValue, field: path, value: value.text, expected: "must be a structure with fields")
        }
        let fields = Self.schema.fields
        // Axis2's RPC shape nests the fields one level down, below a name of its own.
        if members.count == 1, ["element", "args0"].contains(members[0].name), let inner = members[0].value.members,
            !fields.contains(where: { $0.description.accepts(members[0].name) })
        {
            members = inner
        }
        self.init()
        let prefix = path.isEmpty ? "" : path + "."
        for field in fields {
            let values = members.filter { field.description.accepts($0.name) }.map(\.value)
            try field.read(&self, Self.flattened(values, of: field.description), prefix + field.description.name)
        }
    }

    /// A JSON array of one stands for the value itself where one value is wanted.
    private static func flattened(_ values: [WireValue], of field: FieldDescription) -> [WireValue] {
        values.flatMap { value -> [WireValue] in
            guard case .array(let items) = value else { return [value] }
            return items
        }
    }

    public var wireValue: WireValue {
        .object(
            Self.schema.fields.compactMap { field in
                field.write(self).map { WireValue.Member(field.description.name, $0) }
            })
    }
}
