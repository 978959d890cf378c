internal import AsyncHTTPClient
internal import NIOCore
internal import NIOHTTP1
internal import NIOSSL
public import VMSAPI

/// Calls a Virtual Machine Server's services over its JSON face.
///
/// ```swift
/// let client = try VMSClient(server: "http://127.0.0.1:8080")
/// var request = CreateVirtualMachine()
/// request.phyServer = "host1"
/// request.vmName = "router1"
/// request.vmIP = "10.0.0.1/24"
/// request.vmRAM = 128
/// let machine = try await client.call(request)
/// try await client.shutdown()
/// ```
///
/// One client serves any number of concurrent calls. Every method throws ``VMSClientError`` and nothing else, apart
/// from `CancellationError` when the calling task is cancelled. The server does not undo a cancelled call; for that,
/// use the service `cancelOperation`.
public final class VMSClient: Sendable {
    /// The server's address for display, without a trailing slash.
    public let server: String
    private let http: HTTPClient
    /// For answers that go on for long.
    private let streams: HTTPClient
    private let timeouts: Timeouts
    /// The credential that every request carries.
    private let token: String?
    /// The beginning of the URLs of all requests.
    let base: String

    /// Maximum length of an answer, in bytes.
    private static let largestAnswer = 64 << 20

    /// Creates a client; it does not contact the server yet. It does not follow redirects.
    ///
    /// - Parameters:
    ///   - server: `http://` or `https://` address of the server, with its path, if any; or `unix:PATH`, the socket of
    ///   a server on this machine.
    ///   - token: the text of a token that proves who calls; `nil` for a server that needs none.
    ///   - authority: certificates in PEM that alone are trusted to vouch for the server; `nil` for those that the
    ///   system trusts.
    /// - Throws: ``VMSClientError/badServer(_:)`` for an invalid address, ``VMSClientError/badFile(_:)`` for an
    ///   authority that is no certificate.
    public init(
        server: String, token: String? = nil, authority: String? = nil, timeouts: Timeouts = Timeouts()
    ) throws(VMSClientError) {
        let address = try ServerAddress(server)
        (self.server, base) = (address.text, address.base)
        self.token = token
        self.timeouts = timeouts
        var configuration = HTTPClient.Configuration(redirectConfiguration: .disallow)
        if let authority {
            var tls = TLSConfiguration.makeClientConfiguration()
            guard let roots = try? NIOSSLCertificate.fromPEMBytes(Array(authority.utf8)), !roots.isEmpty else {
                throw .badFile("the authority of \(address.text) is no certificate in PEM")
            }
            tls.trustRoots = .certificates(roots)
            configuration.tlsConfiguration = tls
        }
        // One call at a time needs no streams, and files of images are sent faster without their windows.
        configuration.httpVersion = .http1Only
        configuration.timeout.connect = TimeAmount(timeouts.connect)
        configuration.connectionPool.retryConnectionEstablishment = false
        http = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
        configuration.timeout.read = TimeAmount(Self.longestSilence)
        streams = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
    }

    /// The server writes something every 15 s: after this silence its connection is lost.
    private static let longestSilence = Duration.seconds(45)

    /// Closes the connections. Call it once, after the last call has returned; the client cannot be used afterwards.
    public func shutdown() async throws(VMSClientError) {
        var failure: (any Error)?
        for client in [http, streams] {
            do { try await client.shutdown() } catch { failure = error }
        }
        if let failure { throw .unreachable(server: server, why: "\(failure)") }
    }

    /// Calls a service with its own types.
    ///
    /// - Parameter reason: the reason for the call, for the server's audit; only for a service that changes something.
    /// - Throws: ``VMSClientError``; `fault` if the server refused the request or failed.
    public func call<S: Service>(_ request: S, reason: String? = nil) async throws -> S.Response {
        let members = (request.wireValue.members ?? []) + (reason.map { [.init("reason", .string($0))] } ?? [])
        let answer = try await call(name: S.name, .object(members), root: S.root)
        do { return try S.Response(wire: answer) } catch {
            throw VMSClientError.notVMS(server: server, what: "an invalid answer to \(S.name): \(error)")
        }
    }

    /// Calls a service by its name on the wire, for callers that know the service only at run time.
    ///
    /// - Parameters:
    ///   - request: the request's fields, a `.object`.
    ///   - root: the root of the service's path: `Service.root`.
    ///   - deadline: time limit for the whole answer, instead of ``Timeouts/answer``.
    /// - Returns: the response's fields, a `.object`.
    /// - Throws: ``VMSClientError``.
    public func call(
        name: String, _ request: WireValue, root: String = "v1", within deadline: Duration? = nil
    ) async throws -> WireValue {
        var message = HTTPClientRequest(url: "\(base)/\(root)/\(name)")
        message.method = .POST
        message.headers.add(name: "Content-Type", value: "application/json")
        message.headers.add(name: "Accept", value: "application/json")
        message.body = .bytes(JSONWriter.bytes(of: request))
        let answer = try await send(message, within: deadline ?? timeouts.answer)
        return try answer.content(from: server)
    }

    func send(_ message: HTTPClientRequest, within limit: Duration?) async throws -> Answer {
        try await collect(try await open(message, within: limit))
    }

    /// Sends a request and receives the head of its answer.
    ///
    /// - Parameter limit: for the whole answer.
    func open(_ message: HTTPClientRequest, within limit: Duration?) async throws -> HTTPClientResponse {
        try await open(message, by: http, within: limit)
    }

    /// Sends a request and receives the head of an answer that goes on for long; a silence of 45 s ends it.
    func follow(_ message: HTTPClientRequest) async throws -> HTTPClientResponse {
        try await open(message, by: streams, within: nil)
    }

    private func open(
        _ message: HTTPClientRequest, by client: HTTPClient, within limit: Duration?
    ) async throws -> HTTPClientResponse {
        let end = limit.map { NIODeadline.now() + TimeAmount($0) } ?? .distantFuture
        var message = message
        if let token { message.headers.replaceOrAdd(name: "Authorization", value: "Bearer \(token)") }
        // The name of a socket's file is no host.
        if base != server { message.headers.replaceOrAdd(name: "Host", value: "localhost") }
        return try await translated { [message] in try await client.execute(message, deadline: end) }
    }

    /// Receives the rest of an answer.
    func collect(_ response: HTTPClientResponse) async throws -> Answer {
        try await translated {
            let body = try await response.body.collect(upTo: Self.largestAnswer)
            return Answer(
                status: Int(clamping: response.status.code), type: response.headers.first(name: "Content-Type"),
                body: Array(body.readableBytesView))
        }
    }

    /// Runs `body`, and translates errors of the transport.
    private func translated<Value>(_ body: () async throws -> Value) async throws -> Value {
        do {
            return try await body()
        } catch let error as CancellationError {
            throw error
        } catch is NIOTooManyBytesError {
            throw VMSClientError.notVMS(server: server, what: "an answer of more than \(Self.largestAnswer >> 20) MiB")
        } catch {
            try Task.checkCancellation()
            throw VMSClientError(transport: error, server: server)
        }
    }
}
