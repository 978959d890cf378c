/// Lists virtual networks.
public struct GetVirtualNetworks: ListService {
    public typealias Response = GetVirtualNetworksResponse
    public typealias Key = NetworkKey

    public var filter: [ListTerm<NetworkKey>] = []
    public var sort: ListOrder<NetworkKey>?
    public var limit: Int32?
    public var after: String?

    public init() {}

    public static let schema = Schema<Self>("Lists virtual networks as they were asked for.") { listFields }
}

/// What `getVirtualNetworks` answers.
public struct GetVirtualNetworksResponse: ListAnswer {
    public var result = "SUCCESS"
    public var network: [VirtualNetwork] = []
    public var next: String?
    public var truncated: Bool?
    public var hint: String?

    public init() {}

    public static let schema = Schema<Self>("The networks, by name.") {
        Field("result", \.result, "SUCCESS; whatever goes wrong is a fault.")
        Field("network", \.network, "The networks; getVirtualNetwork tells what is observed of one.")
        listFields
    }
}
