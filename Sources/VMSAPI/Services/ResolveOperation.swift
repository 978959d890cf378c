/// Resolves a stuck operation.
public struct ResolveOperation: Service {
    public typealias Response = ResolveOperationResponse

    public var operation = ""
    public var resolution = Resolution.retry

    public init() {}

    public static let access = Access<Self>(.operator, on: .operation(\.operation))

    public static let schema = Schema<Self>(
        "Resolves a stuck operation: undo again, or accept the state as it is."
    ) {
        Field("operation", \.operation, "Its id.", .maxLength(64))
        Field("resolution", \.resolution, "The decision.")
    }
}

/// The response of `resolveOperation`.
public struct ResolveOperationResponse: Message {
    public var result = "SUCCESS"
    public var operation: Operation?

    public init() {}

    public static let schema = Schema<Self>("The operation's state after the decision.") {
        Field("result", \.result, "Always SUCCESS; every failure is a fault.")
        Field("operation", \.operation, "The operation.")
    }
}
