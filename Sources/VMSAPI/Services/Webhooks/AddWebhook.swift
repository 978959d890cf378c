public import FoundationEssentials

/// Adds a receiver of events by HTTP.
public struct AddWebhook: Service {
    public typealias Response = AddWebhookResponse

    public var webhook = ""
    public var url = ""
    public var kind: [EventKind] = []
    public var phyServer: String?
    public var networkName: String?
    public var vmName: String?
    public var key: Data?

    public init() {}

    public static let access = Access<Self>(.admin, on: .server)

    public static let schema = Schema<Self>(
        "Adds a receiver of events by HTTP: from now on the server sends it each event with POST, signed, in order, and "
            + "again until it is accepted."
    ) {
        Field("webhook", \.webhook, "Name of the webhook.", .maxLength(63))
        Field(
            "url", \.url, "Address of the receiver: https://, or http:// on the server's machine.", .maxLength(2000))
        Field("kind", \.kind, "Only events of these kinds.", .items(0...100))
        Field("phyServer", \.phyServer, "Only events of this host, by its registered name.", .maxLength(253))
        Field("networkName", \.networkName, "Only events of this network.", .maxLength(255))
        Field("vmName", \.vmName, "Only events of this machine.", .alias("VMName"), .maxLength(255))
        Field("key", \.key, "Key of the signatures, of 24 to 64 bytes; by default a random one.", .maxLength(88))
    }
}

/// The response of `addWebhook`.
public struct AddWebhookResponse: Message {
    public var result = "SUCCESS"
    public var webhook: Webhook?
    public var secret: String?

    public init() {}

    public static let schema = Schema<Self>("The webhook.") {
        Field("result", \.result, "Always SUCCESS; every failure is a fault.")
        Field("webhook", \.webhook, "The webhook.")
        Field(
            "secret", \.secret,
            "The key of the signatures as receivers take it: whsec_, and the key in base64. Only this answer has it.")
    }
}
