package import FoundationEssentials
package import Model

/// The port through which events reach their receivers.
package protocol WebhookSender: Sendable {
    /// Sends one item, signed, and waits until the receiver has accepted it.
    ///
    /// - Parameter time: the time of the attempt, which the signature covers.
    func send(_ item: EventItem, to webhook: Webhook, at time: Date) async throws(WebhookFailure)
}

/// The reason why a receiver does not have an event.
package struct WebhookFailure: Error, Equatable {
    package var reason: String
    /// Whether the receiver wants no more events.
    package var isFinal: Bool

    package init(_ reason: String, isFinal: Bool = false) { (self.reason, self.isFinal) = (reason, isFinal) }
}
