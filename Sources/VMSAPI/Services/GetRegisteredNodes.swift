/// The registered hosts.
public struct GetRegisteredNodes: ListService {
    public typealias Response = GetRegisteredNodesResponse
    public typealias Key = NodeKey

    public var filter: [ListTerm<NodeKey>] = []
    public var sort: ListOrder<NodeKey>?
    public var limit: Int32?
    public var after: String?

    public init() {}

    public static let access = Access<Self>(.viewer, on: .visible)

    public static let schema = Schema<Self>("The registered hosts with their keys, addresses and states.") {
        listFields
    }
}

/// The response of `getRegisteredNodes`.
public struct GetRegisteredNodesResponse: ListAnswer {
    public var result = "SUCCESS"
    public var node: [Node] = []
    public var abandoned: [AbandonedPart] = []
    public var next: String?
    public var truncated: Bool?
    public var hint: String?

    public init() {}

    public static let schema = Schema<Self>("The registered hosts.") {
        Field("result", \.result, "Always SUCCESS; every failure is a fault.")
        Field("Node", \.node, "The hosts, by name.")
        Field("abandoned", \.abandoned, "Parts abandoned with hosts that were neither removed nor forgotten since.")
        listFields
    }
}
