/// Decides about a stuck operation.
public struct ResolveOperation: Service {
    public typealias Response = ResolveOperationResponse

    public var operation = ""
    public var resolution = Resolution.retry

    public init() {}

    public static let schema = Schema<Self>(
        "Decides about a stuck operation: undo again, or accept things as they are."
    ) {
        Field("operation", \.operation, "Its id.", .maxLength(64))
        Field("resolution", \.resolution, "What to do.")
    }
}

/// What `resolveOperation` answers.
public struct ResolveOperationResponse: Message {
    public var result = "SUCCESS"
    public var operation: Operation?

    public init() {}

    public static let schema = Schema<Self>("Where the operation stands now.") {
        Field("result", \.result, "SUCCESS; whatever goes wrong is a fault.")
        Field("operation", \.operation, "The operation.")
    }
}
