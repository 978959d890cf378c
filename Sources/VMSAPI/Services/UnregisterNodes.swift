/// Removes hosts from the registry.
public struct UnregisterNodes: Service {
    public typealias Response = UnregisterNodesResponse

    public var nodeName: [String] = []
    public var abandon: Bool?

    public init() {}

    public static let access = Access<Self>(.admin, on: .server)

    public static let schema = Schema<Self>(
        "Removes hosts from the registry. Refused for a host with machines managed by VMS. All or none."
    ) {
        Field("NodeName", \.nodeName, "Their registered names.", .alias("phyServer"), .maxLength(253), .items(1...1024))
        Field(
            "abandon", \.abandon,
            "Abandon the machines of a host that does not answer and is lost for good. Refused while it answers, and while virtual networks have routers there."
        )
    }
}

/// The response of `unregisterNodes`.
public struct UnregisterNodesResponse: Message {
    public var result = "SUCCESS"
    public var abandoned: [AbandonedPart] = []
    public var warning: String?

    public init() {}

    public static let schema = Schema<Self>("The hosts are removed from the registry.") {
        Field("result", \.result, "Always SUCCESS; every failure is a fault.")
        Field("abandoned", \.abandoned, "Parts abandoned on hosts that do not answer.")
        Field(
            "warning", \.warning,
            "The risk of abandoning: whether the parts still exist is unknown; left out where nothing was abandoned.",
            .maxLength(65536))
    }
}
