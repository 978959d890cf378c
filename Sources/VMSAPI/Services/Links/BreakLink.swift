/// Lets no frame pass a link.
public struct BreakLink: Service {
    public typealias Response = BreakLinkResponse

    public var networkName = ""
    public var link = ""
    public var async: Bool?

    public init() {}

    public static let access = Access<Self>(.user, on: .network(\.networkName))

    public static let schema = Schema<Self>(
        "Breaks a link of a running network: no frame passes until mendLink. Its routers keep their interfaces up, as when a cable is cut behind a switch. Proofs leave the link out."
    ) {
        Field("networkName", \.networkName, "Name of the network.", .maxLength(255))
        Field("link", \.link, "Name of the link in the network.", .maxLength(255))
        Field("async", \.async, "Return immediately with the operation's id instead of waiting for its end.")
    }
}

/// The response of `breakLink`.
public struct BreakLinkResponse: Message {
    public var result = "SUCCESS"
    public var operation: String?
    public var link: NetworkLink?

    public init() {}

    public static let schema = Schema<Self>("The link is down.") {
        Field("result", \.result, "Always SUCCESS; every failure is a fault.")
        Field("operation", \.operation, "Id of the operation; left out when there was nothing to do.")
        Field("link", \.link, "The link, with its present conditions.")
    }
}
