/// Removes a receiver of events.
public struct RemoveWebhook: Service {
    public typealias Response = RemoveWebhookResponse

    public var webhook = ""

    public init() {}

    public static let access = Access<Self>(.admin, on: .server)

    public static let schema = Schema<Self>(
        "Removes a receiver of events. An event that is being sent may still arrive."
    ) {
        Field("webhook", \.webhook, "Name of the webhook.", .maxLength(63))
    }
}

/// The response of `removeWebhook`.
public struct RemoveWebhookResponse: Message {
    public var result = "SUCCESS"

    public init() {}

    public static let schema = Schema<Self>("The webhook is removed.") {
        Field("result", \.result, "Always SUCCESS; every failure is a fault.")
    }
}
