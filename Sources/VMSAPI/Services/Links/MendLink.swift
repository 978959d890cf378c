/// Lets frames pass a broken link again.
public struct MendLink: Service {
    public typealias Response = MendLinkResponse

    public var networkName = ""
    public var link = ""
    public var async: Bool?

    public init() {}

    public static let access = Access<Self>(.user, on: .network(\.networkName))

    public static let schema = Schema<Self>(
        "Mends a link that breakLink broke."
    ) {
        Field("networkName", \.networkName, "Name of the network.", .maxLength(255))
        Field("link", \.link, "Name of the link in the network.", .maxLength(255))
        Field("async", \.async, "Return immediately with the operation's id instead of waiting for its end.")
    }
}

/// The response of `mendLink`.
public struct MendLinkResponse: Message {
    public var result = "SUCCESS"
    public var operation: String?
    public var link: NetworkLink?

    public init() {}

    public static let schema = Schema<Self>("The link is up.") {
        Field("result", \.result, "Always SUCCESS; every failure is a fault.")
        Field("operation", \.operation, "Id of the operation; left out when there was nothing to do.")
        Field("link", \.link, "The link, with its present conditions.")
    }
}
