/// A virtual network's desired and observed state.
public struct GetVirtualNetwork: Service {
    public typealias Response = GetVirtualNetworkResponse

    public var networkName = ""

    public init() {}

    public static let access = Access<Self>(.viewer, on: .network(\.networkName))

    public static let schema = Schema<Self>(
        "Returns a virtual network's routers and links, the routers' states as their hosts report them, and which links "
            + "differ from their definition."
    ) {
        Field("networkName", \.networkName, "Name of the network.", .maxLength(255))
    }
}

/// The response of `getVirtualNetwork`.
public struct GetVirtualNetworkResponse: Message {
    public var result = "SUCCESS"
    public var network: VirtualNetwork?
    public var unreachable: [String] = []

    public init() {}

    public static let schema = Schema<Self>("The network with its observed state.") {
        Field("result", \.result, "Always SUCCESS; every failure is a fault.")
        Field("network", \.network, "The network.")
        Field("unreachable", \.unreachable, "Hosts of the network that did not answer.")
    }
}
