/// Lists virtual networks.
public struct GetVirtualNetworks: Service {
    public typealias Response = GetVirtualNetworksResponse

    public init() {}

    public static let schema = Schema<Self>("Lists virtual networks as they were asked for.") {}
}

/// What `getVirtualNetworks` answers.
public struct GetVirtualNetworksResponse: Message {
    public var result = "SUCCESS"
    public var network: [VirtualNetwork] = []

    public init() {}

    public static let schema = Schema<Self>("The networks, by name.") {
        Field("result", \.result, "SUCCESS; whatever goes wrong is a fault.")
        Field("network", \.network, "The networks; getVirtualNetwork tells what is observed of one.")
    }
}
