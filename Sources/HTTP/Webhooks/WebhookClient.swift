internal import AsyncHTTPClient
package import Control
package import FoundationEssentials
package import Model
internal import NIOCore
internal import NIOHTTP1
internal import NIOPosix

/// Sends events to webhooks by HTTP. It follows no redirect, and reads no answer's body.
package struct WebhookClient: WebhookSender {
    private let http: HTTPClient
    private static let patience = TimeAmount.seconds(10)

    package init() {
        var configuration = HTTPClient.Configuration(redirectConfiguration: .disallow)
        configuration.timeout.connect = .seconds(5)
        configuration.connectionPool.retryConnectionEstablishment = false
        // Receivers at one address do not wait for each other.
        configuration.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit = Webhook.most
        http = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
    }

    package func close() async { try? await http.shutdown() }

    package func send(_ item: EventItem, to webhook: Webhook, at time: Date) async throws(WebhookFailure) {
        do throws(Refusal) { try Webhook.check(url: webhook.url) } catch {
            throw WebhookFailure(error.reason.description, isFinal: true)
        }
        let message = WebhookMessage(item, key: webhook.key, at: time)
        var request = HTTPClientRequest(url: webhook.url)
        request.method = .POST
        for (name, value) in message.headers { request.headers.add(name: name, value: value) }
        request.body = .bytes(message.body)
        let status: UInt
        do {
            status = try await http.execute(request, deadline: .now() + Self.patience).status.code
        } catch {
            throw WebhookFailure(Self.words(error))
        }
        // 410 is the receiver's way to end it.
        guard (200...299).contains(status) else {
            throw WebhookFailure("it answers with status \(status)", isFinal: status == 410)
        }
    }

    private static func words(_ error: any Error) -> String {
        switch error {
        case let error as HTTPClientError: "no answer: \(error.shortDescription.shown)"
        case is NIOConnectionError, is IOError: "it cannot be reached"
        default: "no answer: \(String(describing: error).shown)"
        }
    }
}
