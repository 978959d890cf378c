internal import AsyncHTTPClient
internal import NIOCore
internal import NIOHTTP1
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
/// from `CancellationError` when the calling task is cancelled. A cancelled call is not undone by the server; that is
/// what the service `cancelOperation` is for.
public final class VMSClient: Sendable {
    /// The server's address as it is shown to people, without a trailing slash.
    public let server: String
    private let http: HTTPClient
    private let timeouts: Timeouts

    /// The most that is read of one answer.
    private static let largestAnswer = 64 << 20

    /// Makes a client; nothing is contacted yet. Redirects are not followed.
    ///
    /// - Parameter server: `http://` or `https://` address of the server, with the path it is found at, if any.
    /// - Throws: ``VMSClientError/badServer(_:)`` for an address that is none.
    public init(server: String, timeouts: Timeouts = Timeouts()) throws(VMSClientError) {
        self.server = try ServerAddress(server).text
        self.timeouts = timeouts
        var configuration = HTTPClient.Configuration(redirectConfiguration: .disallow)
        configuration.timeout.connect = TimeAmount(timeouts.connect)
        configuration.connectionPool.retryConnectionEstablishment = false
        http = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
    }

    /// Closes the connections. Call it once, when no call is waiting any more; the client cannot be used afterwards.
    public func shutdown() async throws(VMSClientError) {
        do { try await http.shutdown() } catch { throw .unreachable(server: server, why: "\(error)") }
    }

    /// Calls a service with its own types.
    ///
    /// - Throws: ``VMSClientError``; `fault` when the server refused or failed.
    public func call<S: Service>(_ request: S) async throws -> S.Response {
        let answer = try await call(name: S.name, request.wireValue, root: S.root)
        do { return try S.Response(wire: answer) } catch {
            throw VMSClientError.notVMS(server: server, what: "an answer to \(S.name) that does not fit: \(error)")
        }
    }

    /// Calls a service by its name on the wire, for those who know their services only when they run.
    ///
    /// - Parameters:
    ///   - request: the request's fields, a `.object`.
    ///   - root: the path under which the server has it: `Service.root`.
    ///   - deadline: how long the whole answer may take, instead of ``Timeouts/answer``.
    /// - Returns: the response's fields, a `.object`.
    /// - Throws: ``VMSClientError``.
    public func call(
        name: String, _ request: WireValue, root: String = "v1", within deadline: Duration? = nil
    ) async throws -> WireValue {
        var message = HTTPClientRequest(url: "\(server)/\(root)/\(name)")
        message.method = .POST
        message.headers.add(name: "Content-Type", value: "application/json")
        message.headers.add(name: "Accept", value: "application/json")
        message.body = .bytes(JSONWriter.bytes(of: request))
        let answer = try await send(message, within: deadline ?? timeouts.answer)
        return try answer.content(from: server)
    }

    func send(_ message: HTTPClientRequest, within limit: Duration?) async throws -> Answer {
        let end = limit.map { NIODeadline.now() + TimeAmount($0) } ?? .distantFuture
        do {
            let response = try await http.execute(message, deadline: end)
            let body = try await response.body.collect(upTo: Self.largestAnswer)
            return Answer(
                status: Int(clamping: response.status.code), type: response.headers.first(name: "Content-Type"),
                body: Array(body.readableBytesView))
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
