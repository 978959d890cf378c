internal import Logging
package import Model

/// The service calls for webhooks.
package struct Webhooks: Sendable {
    private let with: ControlContext

    package init(_ context: ControlContext) { with = context }

    /// Sorted by name.
    package func list() async throws(Refusal) -> [Webhook] { try await with.store.webhooks() }

    /// Adds a webhook. It gets the events from now on.
    ///
    /// - Parameter key: the key of its signatures; `nil` for a random one.
    /// - Throws: `invalidName`, `invalidValue`, `webhookNameTaken`, `tooMany`.
    package func add(
        _ name: String, url: String, key: [UInt8]?, _ filter: EventFilter
    ) async throws(Refusal) -> Webhook {
        try AccessName.check(name, subject: .webhook)
        try Webhook.check(url: url)
        let webhook = Webhook(
            name: name, url: url, key: key ?? Secret.random(32), filter: filter, created: with.now(),
            last: try await with.store.eventNumbers()?.upperBound ?? 0)
        try await with.store.apply(.add(webhook))
        with.log.notice("webhook added", metadata: ["webhook": "\(name)"])
        with.webhookNews.came()
        return webhook
    }

    /// - Throws: `webhookNotFound`.
    package func remove(_ name: String) async throws(Refusal) {
        try await with.store.apply(.remove(name))
        with.log.notice("webhook removed", metadata: ["webhook": "\(name.shown)"])
        with.webhookNews.came()
    }

    /// Sends the events behind the last one that arrived, at once, also after the server has given up.
    ///
    /// - Throws: `webhookNotFound`.
    package func resume(_ name: String) async throws(Refusal) {
        try await with.store.apply(.resume(name))
        with.log.notice("webhook resumed", metadata: ["webhook": "\(name.shown)"])
        with.webhookNews.came()
    }
}
