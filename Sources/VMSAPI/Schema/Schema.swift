/// The fields of a message, declared once, with key paths; everything else is derived from them.
public struct Schema<Root: Sendable>: Sendable {
    public let documentation: String
    public let fields: [Field<Root>]

    public init(_ documentation: String, @Builder _ fields: () -> [Field<Root>]) {
        self.documentation = documentation
        self.fields = fields()
    }

    @resultBuilder
    public enum Builder {
        public static func buildExpression(_ field: Field<Root>) -> [Field<Root>] { [field] }
        public static func buildExpression(_ fields: [Field<Root>]) -> [Field<Root>] { fields }
        public static func buildBlock(_ fields: [Field<Root>]...) -> [Field<Root>] { fields.flatMap(\.self) }
    }
}
