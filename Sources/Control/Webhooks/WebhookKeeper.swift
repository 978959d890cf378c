package import FoundationEssentials
internal import Logging
internal import Model
internal import ServiceLifecycle

/// Sends events to webhooks: to each in order, one at a time, and again until it has accepted them.
package struct WebhookKeeper: Sendable {
    /// One delivery at a time for a webhook; another one after it was resumed, or made anew.
    private struct Run: Hashable {
        var name: String
        var created: Date
        var number: Int64

        init(_ webhook: Webhook) { (name, created, number) = (webhook.name, webhook.created, webhook.run) }
    }

    private let with: ControlContext
    private let sender: any WebhookSender
    private let pauses: @Sendable (Int64) -> Duration
    /// How long a receiver may fail before the server gives up.
    private let patience: TimeInterval

    /// - Parameter pauses: the pause after a number of failures in a row.
    package init(
        _ context: ControlContext, _ sender: any WebhookSender, patience: TimeInterval = 86_400,
        pauses: @escaping @Sendable (Int64) -> Duration = Self.pause
    ) {
        (with, self.sender, self.patience, self.pauses) = (context, sender, patience, pauses)
    }

    /// A second, then twice as long each time, and five minutes at most.
    package static func pause(after failures: Int64) -> Duration {
        .seconds(failures > 9 ? 300 : min(300, 1 << max(0, failures - 1)))
    }

    /// Begins and ends deliveries as webhooks come and go.
    private func follow() async {
        var deliveries: [Run: Task<Void, Never>] = [:]
        defer { for delivery in deliveries.values { delivery.cancel() } }
        while !Task.isCancelled {
            let known = with.webhookNews.count
            var rest = Duration.seconds(1)
            if let webhooks = try? await with.store.webhooks() {
                rest = .seconds(60)
                let active = webhooks.filter { !($0.failure?.isFinal ?? false) }
                let runs = Set(active.map { Run($0) })
                for (run, delivery) in deliveries where !runs.contains(run) {
                    delivery.cancel()
                    deliveries[run] = nil
                }
                for webhook in active where deliveries[Run(webhook)] == nil {
                    deliveries[Run(webhook)] = Task { await deliver(to: webhook) }
                }
            }
            await with.webhookNews.wait(atMost: rest) {
                with.webhookNews.count != known || Task.isCancelled
            }
        }
    }

    /// Sends all events that follow to a webhook, until it is cancelled or the server gives up.
    private func deliver(to webhook: Webhook) async {
        var webhook = webhook
        let feed = EventFeed(with, after: webhook.last, webhook.filter)
        while !Task.isCancelled {
            do throws(Refusal) {
                guard let items = try await feed.next(within: .seconds(60)) else { return }
                for item in items {
                    guard await deliver(item, to: &webhook) else { return }
                }
                // Events that are not for it pass as well: otherwise they would be missing one day.
                if items.isEmpty, feed.last > webhook.last { _ = await save(&webhook, last: feed.last, nil) }
            } catch {
                with.log.warning("events for a webhook were not read: \(error.reason)", metadata: metadata(webhook))
                try? await Task.sleep(for: .seconds(1))
            }
        }
    }

    /// Sends one item until it is accepted.
    ///
    /// - Returns: `false` when it was cancelled, or the server has given up.
    private func deliver(_ item: EventItem, to webhook: inout Webhook) async -> Bool {
        while !Task.isCancelled {
            do throws(WebhookFailure) {
                // It may have been removed while its event was awaited.
                guard await isKnown(webhook) else { return false }
                try await sender.send(item, to: webhook, at: with.now())
                if webhook.failure != nil {
                    with.log.notice("a webhook accepts events again", metadata: metadata(webhook))
                }
                _ = await save(&webhook, last: item.number, nil)
                return true
            } catch {
                guard !Task.isCancelled else { return false }
                let since = webhook.failure?.since ?? with.now()
                let attempts = (webhook.failure?.attempts ?? 0).plus(1)
                let isFinal = error.isFinal || with.now().timeIntervalSince(since) >= patience
                let isStored = await save(
                    &webhook, last: webhook.last,
                    .init(since: since, attempts: attempts, reason: error.reason, isFinal: isFinal))
                let more = metadata(webhook).merging(["reason": "\(error.reason)"]) { $1 }
                if isFinal, isStored {
                    with.log.error("a webhook gets no more events: resumeWebhook sends the rest", metadata: more)
                    return false
                }
                if attempts == 1 { with.log.warning("a webhook does not accept an event", metadata: more) }
                try? await Task.sleep(for: pauses(attempts))
            }
        }
        return false
    }

    /// Whether the webhook exists, and was not resumed meanwhile.
    private func isKnown(_ webhook: Webhook) async -> Bool {
        guard let known = try? await with.store.webhooks() else { return true }
        return known.contains { Run($0) == Run(webhook) }
    }

    /// - Returns: whether it was stored. Otherwise the event is sent again after a restart.
    private func save(_ webhook: inout Webhook, last: Int64, _ failure: Webhook.Failure?) async -> Bool {
        (webhook.last, webhook.failure) = (last, failure)
        do throws(Refusal) {
            try await with.store.apply(.progress(webhook))
            return true
        } catch {
            with.log.warning("the state of a webhook was not stored: \(error.reason)", metadata: metadata(webhook))
            return false
        }
    }

    private func metadata(_ webhook: Webhook) -> Logger.Metadata { ["webhook": "\(webhook.name)"] }
}

extension WebhookKeeper: Service {
    package func run() async throws { await cancelWhenGracefulShutdown { await self.follow() } }
}
