/// The latest operations.
public struct ListOperations: Service {
    public typealias Response = ListOperationsResponse

    public var state: OperationState?
    public var limit: Int32 = 50

    public init() {}

    public static let schema = Schema<Self>("The latest operations, newest first.") {
        Field("state", \.state, "Only those in this state.")
        Field("limit", \.limit, "How many at most.", .range(1...1000), .optional)
    }
}

/// What `listOperations` answers.
public struct ListOperationsResponse: Message {
    public var result = "SUCCESS"
    public var operation: [Operation] = []

    public init() {}

    public static let schema = Schema<Self>("The operations.") {
        Field("result", \.result, "SUCCESS; whatever goes wrong is a fault.")
        Field("operation", \.operation, "The operations.")
    }
}
