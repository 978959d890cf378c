/// Lists virtual networks.
public struct GetVirtualNetworks: ListService {
    public typealias Response = GetVirtualNetworksResponse
    public typealias Key = NetworkKey

    public var filter: [ListTerm<NetworkKey>] = []
    public var sort: ListOrder<NetworkKey>?
    public var limit: Int32?
    public var after: String?

    public init() {}

    public static let access = Access<Self>(.viewer, on: .visible)

    public static let schema = Schema<Self>("Lists the virtual networks with their desired state.") { listFields }
}

/// The response of `getVirtualNetworks`.
public struct GetVirtualNetworksResponse: ListAnswer {
    public var result = "SUCCESS"
    public var network: [VirtualNetwork] = []
    public var next: String?
    public var truncated: Bool?
    public var hint: String?

    public init() {}

    public static let schema = Schema<Self>("The networks, by name.") {
        Field("result", \.result, "Always SUCCESS; every failure is a fault.")
        Field("network", \.network, "The networks; getVirtualNetwork also has the observed state of one.")
        listFields
    }
}
