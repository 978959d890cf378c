/// Proves a virtual network again.
public struct VerifyVirtualNetwork: Service {
    public typealias Response = VerifyVirtualNetworkResponse

    public var networkName = ""

    public init() {}

    public static let access = Access<Self>(.user, on: .network(\.networkName), changes: false)

    public static let schema = Schema<Self>(
        "Proves a virtual network's links again, as at its creation, and reports the state of each. Changes nothing."
    ) {
        Field("networkName", \.networkName, "Name of the network.", .maxLength(255))
    }
}

/// The response of `verifyVirtualNetwork`.
public struct VerifyVirtualNetworkResponse: Message {
    public var result = "SUCCESS"
    public var connected = false
    public var network: VirtualNetwork?
    public var unreachable: [String] = []

    public init() {}

    public static let schema = Schema<Self>("The results of the proof.") {
        Field(
            "result", \.result,
            "Always SUCCESS, also when a link failed; a fault means that the proof could not be made.")
        Field("connected", \.connected, "Whether every link is ok.")
        Field("network", \.network, "The network, each link with its state and the reason.")
        Field("unreachable", \.unreachable, "Hosts of the network that did not answer.")
    }
}
