/// Proves a virtual network again.
public struct VerifyVirtualNetwork: Service {
    public typealias Response = VerifyVirtualNetworkResponse

    public var networkName = ""

    public init() {}

    public static let schema = Schema<Self>(
        "Proves a virtual network's links again, as when it was made, and tells of each whether it holds. Changes nothing."
    ) {
        Field("networkName", \.networkName, "Name of the network.", .maxLength(255))
    }
}

/// What `verifyVirtualNetwork` answers.
public struct VerifyVirtualNetworkResponse: Message {
    public var result = "SUCCESS"
    public var connected = false
    public var network: VirtualNetwork?
    public var unreachable: [String] = []

    public init() {}

    public static let schema = Schema<Self>("What was found.") {
        Field("result", \.result, "SUCCESS, also when a link failed; whatever keeps it from being asked is a fault.")
        Field("connected", \.connected, "Whether every link holds.")
        Field("network", \.network, "The network, each link with its state and why.")
        Field("unreachable", \.unreachable, "Hosts of it that did not answer.")
    }
}
