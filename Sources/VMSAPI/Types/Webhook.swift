public import FoundationEssentials

/// A receiver of events by HTTP.
public struct Webhook: Message {
    public var webhook = ""
    public var url = ""
    public var state = WebhookState.delivering
    public var last: Int64 = 0
    public var since: Instant?
    public var attempts: Int64?
    public var reason: String?
    public var kind: [EventKind] = []
    public var phyServer: String?
    public var networkName: String?
    public var vmName: String?
    public var created: Instant?

    public init() {}

    public static let schema = Schema<Self>("A receiver of events by HTTP.") {
        Field("webhook", \.webhook, "Name of the webhook.")
        Field("url", \.url, "Address of the receiver.")
        Field("state", \.state, "Whether events arrive.")
        Field("last", \.last, "Number of the last event that it has, or that was not for it.")
        Field("since", \.since, "The first failure in a row.")
        Field("attempts", \.attempts, "Failures in a row.")
        Field("reason", \.reason, "The last failure.")
        Field("kind", \.kind, "The only kinds of its events; none means all.")
        Field("phyServer", \.phyServer, "The only host of its events.")
        Field("networkName", \.networkName, "The only network of its events.")
        Field("vmName", \.vmName, "The only machine of its events.")
        Field("created", \.created, "When it was added.")
    }
}

/// Whether events arrive at a receiver.
public enum WebhookState: String, WireEnum {
    /// The receiver accepted the last event, or none was sent yet.
    case delivering
    /// The receiver does not accept an event; the server tries again.
    case failing
    /// The server has given up.
    case stopped
}
