/// A structure on the wire: a request, a response, or a part of one.
///
/// `init()` sets the defaults of fields that were not sent.
public protocol Message: Sendable, Equatable {
    init()
    static var schema: Schema<Self> { get }
}

/// One service of the Virtual Machine Server; the type is its request.
public protocol Service: Message {
    associatedtype Response: Message
    /// The name on the wire; by default the type's name with a small first letter.
    static var name: String { get }
    /// The path of the JSON face: `POST /ROOT/NAME`; by default `v1`.
    static var root: String { get }
    /// The role that a caller needs, and the object on which it needs it.
    static var access: Access<Self> { get }
}

extension Service {
    public static var root: String { "v1" }

    public static var name: String {
        let type = "\(Self.self)"
        return type.prefix(1).lowercased() + type.dropFirst()
    }
}

extension Service {
    /// Reads a request like ``Message/init(wire:at:)``, but refuses a name that looks like a misspelled field.
    ///
    /// - Throws: ``FieldError`` for the first field that does not fit; `unknownField` has precedence.
    public init(request value: WireValue) throws(FieldError) {
        try UnknownFields(Self.description).check(value)
        try self.init(wire: value)
    }

    /// The fields of the request: those of its schema, and `reason` if the service changes something.
    public static var description: MessageDescription {
        var description = schemaDescription
        if access.changes { description.fields.append(.reason) }
        return description
    }

    /// The caller's own words for the audit; `nil` if none were sent.
    ///
    /// - Throws: ``FieldError`` if they are no text, or too long.
    package static func reason(in request: WireValue) throws(FieldError) -> String? {
        guard access.changes, let members = request.members else { return nil }
        let sent = schemaDescription.unnested(members).filter { FieldDescription.reason.accepts($0.name) }
        return try FieldReader(description: .reason).scalar(sent.flatMap { $0.value.flattened }, at: "reason")
    }
}

extension FieldDescription {
    /// The field that every changing service has.
    static let reason: FieldDescription = {
        var description = FieldDescription(
            name: "reason", documentation: "The reason for the call, for the audit.", kind: .scalar(String.kind),
            occurrence: .optional)
        description.maxLength = 1024
        return description
    }()
}

extension Message {
    public static var description: MessageDescription { schemaDescription }

    fileprivate static var schemaDescription: MessageDescription {
        MessageDescription(
            name: "\(Self.self)", documentation: schema.documentation, fields: schema.fields.map(\.description))
    }

    /// Reads a message and enforces every limit of its schema. Fields that the schema does not know are ignored,
    /// because an answer may come from a newer server. ``Service/init(request:)`` is stricter.
    ///
    /// - Parameter path: the path of the message in the request; empty for the request itself.
    /// - Throws: ``FieldError`` for the first field that does not fit.
    public init(wire value: WireValue, at path: String = "") throws(FieldError) {
        guard let all = value.members else {
            throw FieldError(
                .invalidValue, field: path.isEmpty ? "body" : path, value: value.text,
                expected: "must be a structure with fields")
        }
        let members = Self.description.unnested(all)
        self.init()
        let prefix = path.isEmpty ? "" : path + "."
        for field in Self.schema.fields {
            let sent = members.filter { field.description.accepts($0.name) }
            let values = sent.flatMap { $0.value.flattened }
            if field.description.isNeverEmpty, !sent.isEmpty, values.allSatisfy({ $0 == .null }) {
                throw FieldError(
                    .emptyField, field: prefix + field.description.name, value: "",
                    expected:
                        "\(FieldReader(description: field.description).expectation); leave it out if no value is meant"
                )
            }
            try field.read(&self, values, prefix + field.description.name)
        }
    }

    public var wireValue: WireValue {
        .object(
            Self.schema.fields.compactMap { field in
                field.write(self).map { WireValue.Member(field.description.name, $0) }
            })
    }
}
