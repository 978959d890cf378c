/// The registered hosts.
public struct GetRegisteredNodes: Service {
    public typealias Response = GetRegisteredNodesResponse

    public init() {}

    public static let schema = Schema<Self>("The registered hosts with their keys, addresses and states.") {

    }
}

/// What `getRegisteredNodes` answers.
public struct GetRegisteredNodesResponse: Message {
    public var result = "SUCCESS"
    public var node: [Node] = []
    public var abandoned: [AbandonedPart] = []

    public init() {}

    public static let schema = Schema<Self>("The registered hosts.") {
        Field("result", \.result, "SUCCESS; whatever goes wrong is a fault.")
        Field("Node", \.node, "The hosts, by name.")
        Field("abandoned", \.abandoned, "What was given up with hosts, and neither ended nor forgotten since.")
    }
}
