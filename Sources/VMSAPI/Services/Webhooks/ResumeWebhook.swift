/// Sends the events that a receiver did not accept.
public struct ResumeWebhook: Service {
    public typealias Response = ResumeWebhookResponse

    public var webhook = ""

    public init() {}

    public static let access = Access<Self>(.admin, on: .server)

    public static let schema = Schema<Self>(
        "Sends the events behind the last one that the receiver accepted, at once, also after the server has given up."
    ) {
        Field("webhook", \.webhook, "Name of the webhook.", .maxLength(63))
    }
}

/// The response of `resumeWebhook`.
public struct ResumeWebhookResponse: Message {
    public var result = "SUCCESS"

    public init() {}

    public static let schema = Schema<Self>("The server sends again.") {
        Field("result", \.result, "Always SUCCESS; every failure is a fault.")
    }
}
