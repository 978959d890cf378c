/// Registers hosts.
public struct RegisterNodes: Service {
    public typealias Response = RegisterNodesResponse

    public var node: [Node] = []
    public var nodeName: String?
    public var nodePK: String?

    public init() {}

    public static let schema = Schema<Self>(
        "Registers hosts, so that machines can be created on them. All or none: each host is contacted before any is recorded."
    ) {
        Field("Node", \.node, "The hosts.", .alias("node"), .items(0...1024))
        Field(
            "NodeName", \.nodeName, "One host without a Node around it, as the first clients send it.", .maxLength(253))
        Field("NodePK", \.nodePK, "The key of that one host.", .alias("publicKey"), .maxLength(16384))
    }
}

/// What `registerNodes` answers.
public struct RegisterNodesResponse: Message {
    public var result = "SUCCESS"
    public var node: [Node] = []

    public init() {}

    public static let schema = Schema<Self>("The hosts that were registered.") {
        Field("result", \.result, "SUCCESS; whatever goes wrong is a fault.")
        Field("Node", \.node, "The hosts as registered, each with its state.")
    }
}
