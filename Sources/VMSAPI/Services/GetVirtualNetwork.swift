/// Tells what was asked for and what is observed of a virtual network.
public struct GetVirtualNetwork: Service {
    public typealias Response = GetVirtualNetworkResponse

    public var networkName = ""

    public init() {}

    public static let schema = Schema<Self>(
        "Tells a virtual network's routers and links, what the hosts say its routers do, and which links are not as they "
            + "were made."
    ) {
        Field("networkName", \.networkName, "Name of the network.", .maxLength(255))
    }
}

/// What `getVirtualNetwork` answers.
public struct GetVirtualNetworkResponse: Message {
    public var result = "SUCCESS"
    public var network: VirtualNetwork?
    public var unreachable: [String] = []

    public init() {}

    public static let schema = Schema<Self>("The network as it is.") {
        Field("result", \.result, "SUCCESS; whatever goes wrong is a fault.")
        Field("network", \.network, "The network.")
        Field("unreachable", \.unreachable, "Hosts of it that did not answer.")
    }
}
