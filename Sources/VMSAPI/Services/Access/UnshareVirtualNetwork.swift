/// Ends a share of a network.
public struct UnshareVirtualNetwork: Service {
    public typealias Response = UnshareVirtualNetworkResponse

    public var networkName = ""
    public var user: String?
    public var team: String?

    public init() {}

    public static let access = Access<Self>(.operator, on: .ownNetwork(\.networkName))

    public static let schema = Schema<Self>("Ends a share of a network.") {
        Field("networkName", \.networkName, "Name of the network.", .maxLength(255))
        Field("user", \.user, "The user.", .maxLength(63))
        Field("team", \.team, "The team, in place of a user.", .maxLength(63))
    }
}

/// The response of `unshareVirtualNetwork`.
public struct UnshareVirtualNetworkResponse: Message {
    public var result = "SUCCESS"

    public init() {}

    public static let schema = Schema<Self>("The share ended.") {
        Field("result", \.result, "Always SUCCESS; every failure is a fault.")
    }
}
