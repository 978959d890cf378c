/// Lists the shares of a network.
public struct ListShares: Service {
    public typealias Response = ListSharesResponse

    public var networkName = ""

    public init() {}

    public static let access = Access<Self>(.viewer, on: .network(\.networkName))

    public static let schema = Schema<Self>("Lists the shares of a network.") {
        Field("networkName", \.networkName, "Name of the network.", .maxLength(255))
    }
}

/// The response of `listShares`.
public struct ListSharesResponse: Message {
    public var result = "SUCCESS"
    public var share: [NetworkShare] = []

    public init() {}

    public static let schema = Schema<Self>("The shares.") {
        Field("result", \.result, "Always SUCCESS; every failure is a fault.")
        Field("share", \.share, "The shares.")
    }
}
