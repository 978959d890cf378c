/// The latest operations.
public struct ListOperations: ListService {
    public typealias Response = ListOperationsResponse
    public typealias Key = OperationKey

    public var state: OperationState?
    public var filter: [ListTerm<OperationKey>] = []
    public var sort: ListOrder<OperationKey>?
    public var limit: Int32?
    public var after: String?

    public init() {}

    public static let access = Access<Self>(.viewer, on: .visible)

    public static let schema = Schema<Self>(
        "The latest operations, newest first; 50, unless a limit is given."
    ) {
        Field("state", \.state, "Only operations in this state.")
        listFields
    }
}

/// The response of `listOperations`.
public struct ListOperationsResponse: ListAnswer {
    public var result = "SUCCESS"
    public var operation: [Operation] = []
    public var next: String?
    public var truncated: Bool?
    public var hint: String?

    public init() {}

    public static let schema = Schema<Self>("The operations.") {
        Field("result", \.result, "Always SUCCESS; every failure is a fault.")
        Field("operation", \.operation, "The operations.")
        listFields
    }
}
