/// One field of a message: its description, and its conversion between message and wire.
///
/// The overloads of `init` cover the shapes of the contract: one value, an optional value, a list; of scalars and of
/// nested messages. Limits are enforced on read.
public struct Field<Root: Sendable>: Sendable {
    public var description: FieldDescription
    let read: @Sendable (inout Root, [WireValue], _ path: String) throws(FieldError) -> Void
    let write: @Sendable (Root) -> WireValue?

    private init(
        _ description: FieldDescription, _ traits: [FieldTrait],
        read:
            @escaping @Sendable (FieldReader) -> @Sendable (inout Root, [WireValue], String) throws(FieldError) -> Void,
        write: @escaping @Sendable (Root) -> WireValue?
    ) {
        var description = description
        for trait in traits { trait.apply(to: &description) }
        self.description = description
        self.read = read(FieldReader(description: description))
        self.write = write
    }
}

extension Field {
    public typealias Path<Value> = any WritableKeyPath<Root, Value> & Sendable

    /// A scalar: required, unless the trait `.optional` allows the message's default instead.
    public init<Value: WireScalar>(
        _ name: String, _ path: Path<Value>, _ documentation: String, _ traits: FieldTrait...
    ) {
        self.init(
            .init(name: name, documentation: documentation, kind: .scalar(Value.kind), occurrence: .required), traits,
            read: { reader in
                { (root, values, at) throws(FieldError) in
                    guard let value: Value = try reader.scalar(values, at: at) else { return }
                    root[keyPath: path] = value
                }
            }, write: { $0[keyPath: path].wireValue })
    }

    /// An optional scalar.
    public init<Value: WireScalar>(
        _ name: String, _ path: Path<Value?>, _ documentation: String, _ traits: FieldTrait...
    ) {
        self.init(
            .init(name: name, documentation: documentation, kind: .scalar(Value.kind), occurrence: .optional), traits,
            read: { reader in
                { (root, values, at) throws(FieldError) in root[keyPath: path] = try reader.scalar(values, at: at) }
            }, write: { $0[keyPath: path]?.wireValue })
    }

    /// A list of scalars.
    public init<Value: WireScalar>(
        _ name: String, _ path: Path<[Value]>, _ documentation: String, _ traits: FieldTrait...
    ) {
        self.init(
            .init(name: name, documentation: documentation, kind: .scalar(Value.kind), occurrence: .repeated), traits,
            read: { reader in
                { (root, values, at) throws(FieldError) in
                    root[keyPath: path] = try reader.list(values, at: at) { (value, at) throws(FieldError) -> Value in
                        try reader.one(value, at: at)
                    }
                }
            }, write: { .array($0[keyPath: path].map(\.wireValue)) })
    }

    /// An optional nested message.
    public init<Value: Message>(
        _ name: String, _ path: Path<Value?>, _ documentation: String, _ traits: FieldTrait...
    ) {
        self.init(
            .init(name: name, documentation: documentation, kind: .message(Value.description), occurrence: .optional),
            traits,
            read: { reader in
                { (root, values, at) throws(FieldError) in
                    guard let value = try reader.single(values, at: at) else { return }
                    root[keyPath: path] = try Value(wire: value, at: at)
                }
            }, write: { $0[keyPath: path]?.wireValue })
    }

    /// A list of nested messages.
    public init<Value: Message>(
        _ name: String, _ path: Path<[Value]>, _ documentation: String, _ traits: FieldTrait...
    ) {
        self.init(
            .init(name: name, documentation: documentation, kind: .message(Value.description), occurrence: .repeated),
            traits,
            read: { reader in
                { (root, values, at) throws(FieldError) in
                    root[keyPath: path] = try reader.list(values, at: at) { (value, at) throws(FieldError) -> Value in
                        try Value(wire: value, at: at)
                    }
                }
            }, write: { .array($0[keyPath: path].map(\.wireValue)) })
    }
}
