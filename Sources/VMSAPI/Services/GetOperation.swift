/// Where an operation stands.
public struct GetOperation: Service {
    public typealias Response = GetOperationResponse

    public var operation = ""

    public init() {}

    public static let schema = Schema<Self>("Where an operation stands.") {
        Field("operation", \.operation, "Its id.", .maxLength(64))
    }
}

/// What `getOperation` answers.
public struct GetOperationResponse: Message {
    public var result = "SUCCESS"
    public var operation: Operation?

    public init() {}

    public static let schema = Schema<Self>("The operation.") {
        Field("result", \.result, "SUCCESS; whatever goes wrong is a fault.")
        Field("operation", \.operation, "The operation.")
    }
}
