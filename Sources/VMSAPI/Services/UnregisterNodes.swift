/// Forgets hosts.
public struct UnregisterNodes: Service {
    public typealias Response = UnregisterNodesResponse

    public var nodeName: [String] = []

    public init() {}

    public static let schema = Schema<Self>(
        "Forgets hosts. A host that carries machines of ours is refused. All or none."
    ) {
        Field("NodeName", \.nodeName, "Their registered names.", .alias("phyServer"), .maxLength(253), .items(1...1024))
    }
}

/// What `unregisterNodes` answers.
public struct UnregisterNodesResponse: Message {
    public var result = "SUCCESS"

    public init() {}

    public static let schema = Schema<Self>("The hosts that were forgotten.") {
        Field("result", \.result, "SUCCESS; whatever goes wrong is a fault.")

    }
}
