package import Control
internal import HTTPTypes
package import Hummingbird
internal import HummingbirdCore
package import Logging
internal import Model
internal import NIOCore
internal import SOAP
internal import VMSAPI

/// The HTTP server: SOAP, JSON, health and metrics behind one port.
package struct HTTPServer: Sendable {
    /// An address on which the server accepts connections.
    package struct Listener: Sendable {
        package enum Place: Sendable, Equatable {
            /// A port of 0 picks a free one.
            case tcp(host: String, port: Int)
            /// A Unix socket, by its path.
            case unix(String)
        }

        package var place: Place
        /// Whether callers without a credential have all rights: only if none but the operator's programs reach it.
        package var allowsNone: Bool

        /// `nil` for a listener without TLS.
        package var certificate: ServerCertificate?

        package init(_ place: Place, allowsNone: Bool, certificate: ServerCertificate? = nil) {
            (self.place, self.allowsNone, self.certificate) = (place, allowsNone, certificate)
        }
    }

    package struct Settings: Sendable {
        /// Maximum size of a request's body in bytes, as sent and as decompressed.
        package var bodyLimit = 16 << 20
        /// Names under which a browser may open pages of this server, besides addresses and `localhost`.
        package var browserHosts: Set<String> = []
        /// The address at which clients reach the server, if it differs from the one in the request.
        package var publicURL: PublicURL?
        /// Proxies in front of this server.
        package var proxies = TrustedProxies()
        /// Maximum idle time of a connection in seconds.
        package var idleSeconds = 75
        /// Time in seconds within which 4 KiB must arrive while a request is being sent.
        package var slowestSeconds = 30
        /// Maximum memory in bytes for the bodies of all requests and the data made from them. The first 64 KiB of each
        /// body do not count.
        package var bodyBudget = 128 << 20
        /// Maximum time in seconds that a body waits for memory.
        package var budgetSeconds = 10
        /// Maximum number of connections in total, and from one address.
        package var connections = 1024
        package var connectionsPerAddress = 512

        package init() {}
    }

    private let settings: Settings
    private let metrics: MetricsFace
    private let log: Logger
    private let ready: @Sendable () async -> Bool
    private let soap: SOAPFace
    private let json: JSONFace
    private let simulation: JSONFace
    private let uploads: UploadFace?
    private let consoles: ConsoleFace?
    private let events: EventFace?
    private let sessions: SessionFace
    private let guardian: BrowserGuard
    private let bodies: RequestBodies
    private let connections: Connections
    private let requests: Connections
    private let access: any AccessControl

    /// Creates the server; ``application(onListening:)`` runs it.
    ///
    /// - Parameters:
    ///   - simulation: the services of a simulation; `nil` on a server with real hosts.
    ///   - control: hosts, machines and images; without it there are no uploads, consoles, events and figures.
    ///   - ready: readiness for `GET /healthz`, which answers 503 while this is false.
    package init(
        settings: Settings, table: ServiceTable, simulation: ServiceTable? = nil, control: ControlContext? = nil,
        meter: ServiceMeter, log: Logger,
        ready: @escaping @Sendable () async -> Bool = { true }
    ) {
        self.settings = settings
        metrics = MetricsFace(
            meter: meter, statistics: control.map { Statistics($0) }, publicAuthority: settings.publicURL?.authority)
        self.log = log
        self.ready = ready
        let budget = BodyBudget(limit: settings.bodyBudget, patience: .seconds(Int64(clamping: settings.budgetSeconds)))
        bodies = RequestBodies(limit: settings.bodyLimit, budget: budget)
        access = table.access
        connections = Connections(
            most: settings.connections, perAddress: settings.connectionsPerAddress, log: log)
        // So that a client gets no more memory by many streams than by many connections.
        requests = Connections(
            most: settings.connections, perAddress: settings.connectionsPerAddress, of: "requests in HTTP/2", log: log)
        soap = SOAPFace(table: table, publicURL: settings.publicURL)
        json = JSONFace(table: table)
        self.simulation = JSONFace(
            table: simulation
                ?? ServiceTable(
                    [], access: table.access, meter: meter, log: log,
                    absence:
                        "this server's hosts are real; 'vmsd serve --simulate hosts=3' starts one that simulates them"
                ))
        uploads = control.map { UploadFace(images: Images($0), access: table.access) }
        sessions = SessionFace(access: table.access)
        let guardian = BrowserGuard(names: settings.browserHosts, publicURL: settings.publicURL)
        self.guardian = guardian
        consoles = control.map {
            ConsoleFace(consoles: Consoles($0), access: table.access, guardian: guardian, budget: budget)
        }
        events = control.map { EventFace(context: $0, access: table.access, guardian: guardian) }
    }

    /// The application to run for one listener.
    ///
    /// - Parameter onListening: called with the port, 0 for a Unix socket, once connections are accepted.
    package func application(
        on listener: Listener, onListening: @escaping @Sendable (Int) async -> Void
    ) -> some ApplicationProtocol {
        let address: BindAddress =
            switch listener.place {
            case .tcp(let host, let port): .hostname(host, port: port)
            case .unix(let path): .unixDomainSocket(path: path)
            }
        var limits = Connection.Limits()
        limits.body = settings.bodyLimit
        limits.idle = .seconds(Int64(clamping: settings.idleSeconds))
        limits.slowest.time = .seconds(Int64(clamping: settings.slowestSeconds))
        let (each, connections, requests) = (limits, connections, requests)
        return Application(
            responder: CallbackResponder { (request: Request, context: CallContext) in
                var context = context
                context.allowsNone = listener.allowsNone
                context.isEncrypted = listener.certificate != nil
                return await respond(to: request, context)
            },
            server: HTTPServerBuilder {
                Connection(
                    responder: $0, limits: each, connections: connections, requests: requests,
                    certificate: listener.certificate)
            },
            configuration: .init(address: address, serverName: "vmsd"),
            onServerRunning: { channel in
                try? await channel.eventLoop.submit {
                    try channel.pipeline.syncOperations.addHandler(AcceptPause(connections), position: .first)
                }.get()
                await onListening(channel.localAddress?.port ?? 0)
            }, logger: log)
    }

    /// The release of this server.
    package static var release: String { Release.version }

    /// The `errno` of a failure to open a port; `nil` for other errors.
    package static func systemError(of error: any Error) -> CInt? { (error as? IOError)?.errnoCode }

    private func respond(to request: Request, _ context: CallContext) async -> Response {
        do throws(Unacceptable) {
            if request.head.authority == nil { throw HeadFault.reported(by: request).unacceptable }
            var context = context
            context.forwarded = try settings.proxies.client(of: request, from: context.peer)
            guard request.method == .head else { return try await route(request, request.method, context) }
            return try await route(request, .get, context).createHeadResponse()
        } catch {
            return answer(error, request, context)
        }
    }

    private func answer(_ error: Unacceptable, _ request: Request, _ context: CallContext) -> Response {
        context.logger.info(
            "refused", metadata: ["status": "\(error.status.code)", "path": "\(request.uri.path.prefix(200))"])
        var response = Reply.text(error.status, error.words)
        if error.status == .methodNotAllowed { response.headers[.allow] = error.allowed }
        if error.status == .unauthorized { response.addChallenges(to: request) }
        return request.method == .head ? response.createHeadResponse() : response
    }

    private func route(
        _ request: Request, _ method: HTTPRequest.Method, _ context: CallContext
    ) async throws(Unacceptable) -> Response {
        let path = request.uri.path
        if SOAPFace.answers(path) { return try await callSOAP(request, method, context) }
        let find: CallerCheck.Find = { () async throws(Refusal) in try await caller(of: request, context) }
        if let consoles, let machine = ConsoleFace.machine(in: path) {
            return try await consoles.answer(machine, request, method, context, by: find)
        }
        if let events, let place = EventFace.place(of: path) {
            return try await events.answer(place, request, method, context, by: find)
        }
        for (root, json) in [("/v1", json), ("/simulation", simulation)] {
            guard path == root || path.hasPrefix(root + "/") else { continue }
            return try await callJSON(json, path.dropFirst(root.count + 1), request, method, context)
        }
        if let uploads, path.hasPrefix(UploadFace.root) {
            guard method == .patch else { throw Unacceptable(method: "PATCH") }
            try guardian.check(request, context, refusal: .forbidden)
            _ = try await caller(request, context)
            return await bodies.answer(request, context, .kept) { piece in
                do throws(Unacceptable) {
                    let caller = try await caller(request, context)
                    return try await uploads.patch(request, piece, by: caller, context)
                } catch {
                    return answer(error, request, context)
                }
            }
        }
        if path == SessionFace.path { return try await answerSession(request, method, context) }
        guard ["/", "/healthz"].contains(path) || MetricsFace.answers(path) || PageFace.answers(path) else {
            throw Unacceptable(.notFound, "there is nothing at '\(path.prefix(200))'\n\n\(Self.welcome)")
        }
        guard method == .get else { throw Unacceptable(method: "GET, HEAD") }
        // Health checks may use any host name, and the answer reveals nothing.
        if path != "/healthz" { try guardian.checkReading(request, context) }
        switch path {
        case "/healthz":
            return await ready() ? Reply.text(.ok, "ok\n") : Reply.text(.serviceUnavailable, "not ready\n")
        case _ where MetricsFace.answers(path):
            let caller = try await caller(request, context)
            guard caller.rights.seesAll, caller.rights.narrowing.services == nil else {
                throw Unacceptable(.forbidden, "metrics need a role on the server, and no limit to services\n")
            }
            return try await metrics.answer(request)
        case "/": return Reply.text(.ok, Self.welcome)
        default: return PageFace.answer(request)
        }
    }

    private func callJSON(
        _ json: JSONFace, _ service: Substring, _ request: Request, _ method: HTTPRequest.Method, _ context: CallContext
    ) async throws(Unacceptable) -> Response {
        switch method {
        case .post where !service.isEmpty:
            try guardian.check(request, context, refusal: .forbidden)
            let name = String(service.hasSuffix("/") ? service.dropLast() : service)
            // Before the body is read, since a stranger's takes no memory; and again behind it, since it may have
            // taken hours.
            do throws(Refusal) {
                _ = try await self.caller(of: request, context)
            } catch {
                return json.refuse(error, name, request, context)
            }
            return await bodies.answer(request, context, .read) { body in
                do throws(Refusal) {
                    let caller = try await self.caller(of: request, context)
                    return await json.call(name, request, body, by: caller, context)
                } catch {
                    return json.refuse(error, name, request, context)
                }
            }
        case .get where service.isEmpty:
            try guardian.checkReading(request, context)
            return json.index(request)
        default: throw Unacceptable(method: service.isEmpty ? "GET, HEAD" : "POST")
        }
    }

    private func callSOAP(
        _ request: Request, _ method: HTTPRequest.Method, _ context: CallContext
    ) async throws(Unacceptable) -> Response {
        switch method {
        case .post:
            // 400: old clients take this for an answer, not for a broken connection.
            try guardian.check(request, context, refusal: .badRequest)
            let evidence = try await evidence(request, context)
            return await bodies.answer(request, context, .read) { await soap.call(request, $0, evidence, context) }
        case .get:
            // The contract is the same for everybody, under every name of the server.
            try guardian.check(request, context, refusal: .forbidden)
            return soap.contract(request, context)
        default: throw Unacceptable(method: "GET, HEAD, POST")
        }
    }

    private func answerSession(
        _ request: Request, _ method: HTTPRequest.Method, _ context: CallContext
    ) async throws(Unacceptable) -> Response {
        guard [.post, .delete].contains(method) else { throw Unacceptable(method: "DELETE, POST") }
        try guardian.check(request, context, refusal: .forbidden)
        guard method == .post else { return try await sessions.end(request, context) }
        try sessions.check(request)
        let small = RequestBodies(limit: min(SessionFace.bodyLimit, settings.bodyLimit), budget: bodies.budget)
        return await small.answer(request, context, .read) { body in
            do throws(Unacceptable) {
                return try await sessions.begin(request, body, context)
            } catch {
                return answer(error, request, context)
            }
        }
    }

    private func evidence(
        _ request: Request, _ context: CallContext
    ) async throws(Unacceptable) -> Authenticator.Evidence {
        do throws(Refusal) {
            return try await Authenticator.Evidence(request, context)
        } catch {
            throw Unacceptable(.unauthorized, error.reason.onWire + "\n")
        }
    }

    private func caller(of request: Request, _ context: CallContext) async throws(Refusal) -> Caller {
        try await access.caller(try await Authenticator.Evidence(request, context), from: context.origin)
    }

    /// The caller of a request that is no call of a service.
    private func caller(_ request: Request, _ context: CallContext) async throws(Unacceptable) -> Caller {
        do throws(Refusal) {
            return try await caller(of: request, context)
        } catch {
            throw Unacceptable(
                error.code == .tooManyFailures ? .tooManyRequests : .unauthorized, error.reason.onWire + "\n")
        }
    }

    private static let welcome = """
        VMS, the Virtual Machine Server

        SOAP     POST /services/VirtualMachineServer   (contract: GET /services/VirtualMachineServer?wsdl)
        JSON     POST /v1/SERVICE                      (services: GET /v1)
        console  GET, POST /v1/machines/NAME/console   (see docs/console.md)
        images   PATCH /images/uploads/UPLOAD/FILE     (see the service addImage)
        events   GET /v1/events                        (see docs/events.md)
        browser  GET /login
        health   GET /healthz
        metrics  GET /metrics

        """
}
