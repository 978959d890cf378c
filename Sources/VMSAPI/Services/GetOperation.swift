/// The state and progress of an operation.
public struct GetOperation: Service {
    public typealias Response = GetOperationResponse

    public var operation = ""

    public init() {}

    public static let access = Access<Self>(.viewer, on: .operation(\.operation))

    public static let schema = Schema<Self>("The state and progress of an operation.") {
        Field("operation", \.operation, "Its id.", .maxLength(64))
    }
}

/// The response of `getOperation`.
public struct GetOperationResponse: Message {
    public var result = "SUCCESS"
    public var operation: Operation?

    public init() {}

    public static let schema = Schema<Self>("The operation.") {
        Field("result", \.result, "Always SUCCESS; every failure is a fault.")
        Field("operation", \.operation, "The operation.")
    }
}
