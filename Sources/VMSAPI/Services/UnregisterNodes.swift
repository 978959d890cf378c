/// Forgets hosts.
public struct UnregisterNodes: Service {
    public typealias Response = UnregisterNodesResponse

    public var nodeName: [String] = []
    public var abandon: Bool?

    public init() {}

    public static let schema = Schema<Self>(
        "Forgets hosts. A host that carries machines of ours is refused. All or none."
    ) {
        Field("NodeName", \.nodeName, "Their registered names.", .alias("phyServer"), .maxLength(253), .items(1...1024))
        Field(
            "abandon", \.abandon,
            "Give up machines on a host that does not answer, and is lost for good. Refused while it answers, and while virtual networks have routers there."
        )
    }
}

/// What `unregisterNodes` answers.
public struct UnregisterNodesResponse: Message {
    public var result = "SUCCESS"
    public var abandoned: [AbandonedPart] = []
    public var warning: String?

    public init() {}

    public static let schema = Schema<Self>("The hosts that were forgotten.") {
        Field("result", \.result, "SUCCESS; whatever goes wrong is a fault.")
        Field("abandoned", \.abandoned, "What was given up with hosts that do not answer.")
        Field(
            "warning", \.warning, "What nobody can know of what was given up; left out where nothing was.",
            .maxLength(65536))
    }
}
