internal import Control
internal import FoundationEssentials
internal import Model
internal import VMSAPI

extension ServerEndpoints {
    var webhookEndpoints: [Endpoint] {
        [
            Endpoint(AddWebhook.self) { request throws(Refusal) in
                var filter = EventFilter()
                filter.kinds = Set(request.kind.compactMap { HostEvent.Kind(rawValue: $0.rawValue) })
                (filter.host, filter.network, filter.machine) = (
                    request.phyServer, request.networkName, request.vmName
                )
                if let key = request.key, !(24...64).contains(key.count) {
                    throw Refusal(.invalidValue, .field("key"), "key has \(key.count) bytes: must have 24 to 64")
                }
                let webhook = try await webhooks.add(
                    request.webhook, url: request.url, key: request.key.map { Array($0) }, filter)
                var response = AddWebhookResponse()
                response.webhook = VMSAPI.Webhook(webhook)
                response.secret = "whsec_" + Data(webhook.key).base64EncodedString()
                return response
            },
            Endpoint(ListWebhooks.self) { _ throws(Refusal) in
                var response = ListWebhooksResponse()
                response.webhook = try await webhooks.list().map { VMSAPI.Webhook($0) }
                return response
            },
            Endpoint(ResumeWebhook.self) { request throws(Refusal) in
                try await webhooks.resume(request.webhook)
                return ResumeWebhookResponse()
            },
            Endpoint(RemoveWebhook.self) { request throws(Refusal) in
                try await webhooks.remove(request.webhook)
                return RemoveWebhookResponse()
            },
        ]
    }
}

extension VMSAPI.Webhook {
    fileprivate init(_ known: Model.Webhook) {
        self.init()
        (webhook, url, last, created) = (known.name, known.url, known.last, known.created)
        if let failure = known.failure {
            state = failure.isFinal ? .stopped : .failing
            (since, attempts, reason) = (failure.since, failure.attempts, failure.reason)
        }
        kind = known.filter.kinds.compactMap { EventKind(rawValue: $0.rawValue) }.sorted { $0.rawValue < $1.rawValue }
        (phyServer, networkName, vmName) = (known.filter.host, known.filter.network, known.filter.machine)
    }
}
