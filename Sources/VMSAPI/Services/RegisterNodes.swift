/// Registers hosts.
public struct RegisterNodes: Service {
    public typealias Response = RegisterNodesResponse

    public var node: [Node] = []
    public var nodeName: String?
    public var nodePK: String?

    public init() {}

    public static let access = Access<Self>(.admin, on: .server)

    public static let schema = Schema<Self>(
        "Registers hosts, so that machines can be created on them. All or none: VMS contacts each host before it records any."
    ) {
        Field("Node", \.node, "The hosts.", .alias("node"), .items(0...1024))
        Field(
            "NodeName", \.nodeName, "One host without an enclosing Node, as the first clients send it.", .maxLength(253)
        )
        Field("NodePK", \.nodePK, "The SSH host key of that host.", .alias("publicKey"), .maxLength(16384))
    }
}

/// The response of `registerNodes`.
public struct RegisterNodesResponse: Message {
    public var result = "SUCCESS"
    public var node: [Node] = []

    public init() {}

    public static let schema = Schema<Self>("The registered hosts.") {
        Field("result", \.result, "Always SUCCESS; every failure is a fault.")
        Field("Node", \.node, "The hosts as registered, each with its state.")
    }
}
