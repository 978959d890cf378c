/// Stops an operation and undoes it.
public struct CancelOperation: Service {
    public typealias Response = CancelOperationResponse

    public var operation = ""

    public init() {}

    public static let schema = Schema<Self>(
        "Stops an operation that runs and undoes what it did. Returns when the request is noted; the operation ends as failed."
    ) {
        Field("operation", \.operation, "Its id.", .maxLength(64))
    }
}

/// What `cancelOperation` answers.
public struct CancelOperationResponse: Message {
    public var result = "SUCCESS"

    public init() {}

    public static let schema = Schema<Self>("The request is noted.") {
        Field("result", \.result, "SUCCESS; whatever goes wrong is a fault.")

    }
}
