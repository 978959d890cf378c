/// Stops an operation and undoes it.
public struct CancelOperation: Service {
    public typealias Response = CancelOperationResponse

    public var operation = ""

    public init() {}

    public static let access = Access<Self>(.operator, on: .operation(\.operation))

    public static let schema = Schema<Self>(
        "Stops a running operation and undoes what it did. Returns when the request is recorded; the operation ends as failed."
    ) {
        Field("operation", \.operation, "Its id.", .maxLength(64))
    }
}

/// The response of `cancelOperation`.
public struct CancelOperationResponse: Message {
    public var result = "SUCCESS"

    public init() {}

    public static let schema = Schema<Self>("The request is recorded.") {
        Field("result", \.result, "Always SUCCESS; every failure is a fault.")

    }
}
