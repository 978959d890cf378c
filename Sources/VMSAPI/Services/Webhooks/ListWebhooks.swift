/// Lists the receivers of events.
public struct ListWebhooks: Service {
    public typealias Response = ListWebhooksResponse

    public init() {}

    public static let access = Access<Self>(.admin, on: .server, changes: false)

    public static let schema = Schema<Self>("Lists the receivers of events, and which of them do not accept any.") {}
}

/// The response of `listWebhooks`.
public struct ListWebhooksResponse: Message {
    public var result = "SUCCESS"
    public var webhook: [Webhook] = []

    public init() {}

    public static let schema = Schema<Self>("The webhooks, by name.") {
        Field("result", \.result, "Always SUCCESS; every failure is a fault.")
        Field("webhook", \.webhook, "The webhooks.")
    }
}
