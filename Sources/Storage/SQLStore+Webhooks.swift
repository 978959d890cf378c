package import Model

extension SQLStore {
    package func webhooks() async throws(Refusal) -> [Webhook] {
        try await read { try WebhookRows(database: $0).all() }
    }

    package func apply(_ change: WebhookChange) async throws(Refusal) {
        // A receiver can get an event again after a power loss, and no event is lost.
        let durability: Durability = if case .progress = change { .processEnd } else { .powerLoss }
        try await write([], durability) { try WebhookRows(database: $0).apply(change) }
    }
}
