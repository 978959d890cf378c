/// Changes what a link does to frames.
public struct SetLinkConditions: Service {
    public typealias Response = SetLinkConditionsResponse

    public var networkName = ""
    public var link = ""
    public var bandwidth: Int64?
    public var delay: Double?
    public var loss: Double?
    public var async: Bool?

    public init() {}

    public static let access = Access<Self>(.user, on: .network(\.networkName))

    public static let schema = Schema<Self>(
        "Changes the bandwidth, delay and loss of a link of a running network. The network's definition stays: what is left out is as it was requested there, so that a call without values returns to it. A broken link stays broken."
    ) {
        Field("networkName", \.networkName, "Name of the network.", .maxLength(255))
        Field("link", \.link, "Name of the link in the network.", .maxLength(255))
        Field(
            "bandwidth", \.bandwidth, "Bandwidth to each router, at least 8; 0: no limit.", .unit("kbit/s"),
            .range(0...100_000_000))
        Field(
            "delay", \.delay, "Delay of each frame to a router, in each direction; 0: none.", .unit("ms"),
            .range(0...10_000))
        Field(
            "loss", \.loss, "Share of frames lost on the way to each router; 0: none.", .unit("percent"), .range(0...50)
        )
        Field("async", \.async, "Return immediately with the operation's id instead of waiting for its end.")
    }
}

/// The response of `setLinkConditions`.
public struct SetLinkConditionsResponse: Message {
    public var result = "SUCCESS"
    public var operation: String?
    public var link: NetworkLink?

    public init() {}

    public static let schema = Schema<Self>("The link has the conditions.") {
        Field("result", \.result, "Always SUCCESS; every failure is a fault.")
        Field("operation", \.operation, "Id of the operation; left out when there was nothing to do.")
        Field("link", \.link, "The link, with its present conditions.")
    }
}
