/// Ends and removes a virtual network.
public struct DestroyVirtualNetwork: Service {
    public typealias Response = DestroyVirtualNetworkResponse

    public var networkName = ""
    public var async: Bool?

    public init() {}

    public static let schema = Schema<Self>(
        "Ends a virtual network's routers at once and removes them and its links from every host."
    ) {
        Field("networkName", \.networkName, "Name of the network.", .maxLength(255))
        Field("async", \.async, "Return at once with the operation's id instead of waiting for its end.")
    }
}

/// What `destroyVirtualNetwork` answers.
public struct DestroyVirtualNetworkResponse: Message {
    public var result = "SUCCESS"
    public var operation: String?

    public init() {}

    public static let schema = Schema<Self>("Nothing is left of the network.") {
        Field("result", \.result, "SUCCESS; whatever goes wrong is a fault.")
        Field("operation", \.operation, "Id of the operation that did it.")
    }
}
