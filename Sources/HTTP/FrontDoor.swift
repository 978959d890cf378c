internal import HTTPTypes
package import Hummingbird
package import Logging
internal import NIOCore
internal import SOAP

/// The HTTP server: SOAP, JSON, health and metrics behind one port.
package struct FrontDoor: Sendable {
    package struct Settings: Sendable {
        package var host = "127.0.0.1"
        /// 0 picks a free one.
        package var port = 8080
        /// Most bytes of a request's body, as sent and as inflated.
        package var bodyLimit = 16 << 20

        package init() {}
    }

    private let settings: Settings
    private let table: ServiceTable
    private let meter: ServiceMeter
    private let log: Logger

    package init(settings: Settings, table: ServiceTable, meter: ServiceMeter, log: Logger) {
        self.settings = settings
        self.table = table
        self.meter = meter
        self.log = log
    }

    /// - Parameter onListening: told the port once connections are accepted.
    package func application(onListening: @escaping @Sendable (Int) async -> Void) -> some ApplicationProtocol {
        Application(
            responder: CallbackResponder { (request: Request, _: BasicRequestContext) in await respond(to: request) },
            server: .http1(
                configuration: .init(additionalChannelHandlers: [ContinueResponder()], idleTimeout: .seconds(75))),
            configuration: .init(address: .hostname(settings.host, port: settings.port), serverName: "vmsd"),
            onServerRunning: { channel in await onListening(channel.localAddress?.port ?? 0) }, logger: log)
    }

    private func respond(to request: Request) async -> Response {
        do throws(Unacceptable) {
            return try await route(request)
        } catch {
            return Reply.text(error.status, error.words)
        }
    }

    private func route(_ request: Request) async throws(Unacceptable) -> Response {
        let path = request.uri.path
        let intake = Intake(limit: settings.bodyLimit)
        let soap = SOAPFace(table: table, intake: intake)
        let json = JSONFace(table: table, intake: intake)
        switch (request.method, path) {
        case (.get, "/healthz"): return Reply.text(.ok, "ok\n")
        case (.get, "/metrics"): return Reply.text(.ok, meter.exposition)
        case (.get, "/v1"), (.get, "/v1/"): return json.index()
        case (.get, "/"): return Reply.text(.ok, Self.welcome)
        case (.post, _) where path.hasPrefix("/v1/"):
            return try await json.call(String(path.dropFirst(4)), request)
        case (.post, _) where SOAPFace.answers(path): return try await soap.call(request)
        case (.get, _) where SOAPFace.answers(path): return soap.contract(request)
        case (_, _) where SOAPFace.answers(path) || path.hasPrefix("/v1"):
            throw Unacceptable(.methodNotAllowed, "this address takes POST, and GET for its description\n")
        default: throw Unacceptable(.notFound, "there is nothing at '\(path.prefix(200))'\n\n\(Self.welcome)")
        }
    }

    private static let welcome = """
        VMS, the Virtual Machine Server

        SOAP     POST /services/VirtualMachineServer   (contract: GET /services/VirtualMachineServer?wsdl)
        JSON     POST /v1/SERVICE                      (services: GET /v1)
        health   GET /healthz
        metrics  GET /metrics

        """
}

/// A request that is answered with an HTTP status and plain words, since no service was reached.
struct Unacceptable: Error {
    var status: HTTPResponse.Status
    var words: String

    init(_ status: HTTPResponse.Status, _ words: String) {
        self.status = status
        self.words = words
    }
}
