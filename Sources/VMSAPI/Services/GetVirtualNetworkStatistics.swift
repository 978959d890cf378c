/// The traffic of a virtual network's links.
public struct GetVirtualNetworkStatistics: Service, SeriesRequest {
    public typealias Response = GetVirtualNetworkStatisticsResponse

    public var networkName = ""
    public var from: Instant?
    public var step: Int32?

    public init() {}

    public static let access = Access<Self>(.viewer, on: .network(\.networkName))

    public static let schema = Schema<Self>(
        "The traffic of a virtual network's links, at each router's interface. Counters go on when a router restarts or "
            + "is moved."
    ) {
        Field("networkName", \.networkName, "Name of the network.", .maxLength(255))
        seriesFields
    }
}

/// The response of `getVirtualNetworkStatistics`.
public struct GetVirtualNetworkStatisticsResponse: Message {
    public var result = "SUCCESS"
    public var networkName = ""
    public var link: [LinkStatistics] = []
    public var unreachable: [String] = []
    public var step: Int64?

    public init() {}

    public static let schema = Schema<Self>("The figures of a network's links.") {
        Field("result", \.result, "Always SUCCESS; every failure is a fault.")
        Field("networkName", \.networkName, "Name of the network.")
        Field("link", \.link, "Its links.")
        Field("unreachable", \.unreachable, "Hosts that did not answer: the figures of their routers are older.")
        Field("step", \.step, "With from: the step of the points.", .unit("seconds"))
    }
}
