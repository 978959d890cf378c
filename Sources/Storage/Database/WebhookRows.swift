internal import GRDB
internal import Model

/// Reads and writes webhooks.
struct WebhookRows {
    var database: Database

    func all() throws -> [Webhook] {
        try String.fetchAll(database, sql: "SELECT record FROM webhook ORDER BY name").map { try StoredText.decode($0) }
    }

    private func webhook(_ name: String) throws -> Webhook? {
        try String.fetchOne(database, sql: "SELECT record FROM webhook WHERE name = ?", arguments: [name])
            .map { try StoredText.decode($0) }
    }

    func apply(_ change: WebhookChange) throws {
        switch change {
        case .add(let webhook): try add(webhook)
        case .remove(let name):
            _ = try known(name)
            try database.execute(sql: "DELETE FROM webhook WHERE name = ?", arguments: [name])
        case .resume(let name):
            var webhook = try known(name)
            (webhook.failure, webhook.run) = (nil, webhook.run.plus(1))
            try update(webhook)
        case .progress(let new):
            guard let old = try webhook(new.name), old.run == new.run, old.created == new.created else { return }
            try update(new)
        }
    }

    private func add(_ webhook: Webhook) throws {
        guard try self.webhook(webhook.name) == nil else {
            throw Refusal(
                .webhookNameTaken, .webhook, "\(.webhook) is '\(webhook.name)': there is one of that name",
                value: webhook.name)
        }
        guard try Int.fetchOne(database, sql: "SELECT COUNT(*) FROM webhook") ?? 0 < Webhook.most else {
            throw Refusal(.tooMany, .webhook, "there are \(Webhook.most) webhooks: remove one first")
        }
        try database.execute(
            sql: "INSERT INTO webhook (name, record) VALUES (?, ?)",
            arguments: [webhook.name, try StoredText.encode(webhook)])
    }

    private func update(_ webhook: Webhook) throws {
        try database.execute(
            sql: "UPDATE webhook SET record = ? WHERE name = ?",
            arguments: [try StoredText.encode(webhook), webhook.name])
    }

    private func known(_ name: String) throws -> Webhook {
        guard let webhook = try webhook(name) else {
            throw Refusal(
                .webhookNotFound, .webhook, "\(.webhook) is '\(name.shown)': there is none", value: name.shown)
        }
        return webhook
    }
}
