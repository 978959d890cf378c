internal import HTTPTypes
internal import Hummingbird
internal import Logging
internal import NIOCore
internal import Synchronization

/// An HTTP server on a port of its own that answers as a test tells it to, and keeps what it was asked.
package final class ScriptedServer: Sendable {
    /// What arrived.
    package struct Request: Sendable, Equatable {
        package var method: String
        package var path: String
        package var contentType: String?
        package var body: [UInt8]

        package var text: String { String(decoding: body, as: UTF8.self) }
    }

    /// What is sent back.
    package struct Reply: Sendable {
        package var status: Int
        package var type: String
        package var body: String

        package init(_ status: Int, _ body: String, type: String = "application/json") {
            self.status = status
            self.type = type
            self.body = body
        }
    }

    /// `http://127.0.0.1:<port>`.
    package let address: String
    private let kept: Kept

    /// What arrived so far, in order.
    package var requests: [Request] { kept.requests.withLock { $0 } }

    private init(port: Int, _ kept: Kept) {
        address = "http://127.0.0.1:\(port)"
        self.kept = kept
    }

    /// Runs a server for the length of `body`.
    ///
    /// - Parameter answer: called for each request, with how many came before it.
    package static func run<Result: Sendable>(
        _ answer: @escaping @Sendable (Request, Int) async throws -> Reply,
        _ body: @escaping @Sendable (ScriptedServer) async throws -> Result
    ) async throws -> Result {
        let (ports, port) = AsyncStream<Int>.makeStream()
        let kept = Kept()
        let application = Application(
            responder: CallbackResponder { (request: HummingbirdRequest, _: BasicRequestContext) in
                let bytes = try await request.body.collect(upTo: 16 << 20)
                let asked = Request(
                    method: request.method.rawValue, path: request.uri.path,
                    contentType: request.headers[.contentType], body: Array(buffer: bytes))
                let count = kept.keep(asked)
                let reply = try await answer(asked, count)
                return Response(
                    status: .init(code: reply.status), headers: [.contentType: reply.type],
                    body: ResponseBody(byteBuffer: ByteBuffer(string: reply.body)))
            },
            configuration: ApplicationConfiguration(address: .hostname("127.0.0.1", port: 0)),
            onServerRunning: { channel in
                port.yield(channel.localAddress?.port ?? 0)
                port.finish()
            },
            logger: Logger(label: "scripted", factory: { _ in SwiftLogNoOpLogHandler() }))
        return try await withThrowingTaskGroup(of: Result?.self) { group in
            group.addTask {
                try await application.run()
                return nil
            }
            defer { group.cancelAll() }
            var iterator = ports.makeAsyncIterator()
            guard let number = await iterator.next() else { throw CancellationError() }
            return try await body(ScriptedServer(port: number, kept))
        }
    }

    private final class Kept: Sendable {
        let requests = Mutex<[Request]>([])

        func keep(_ request: Request) -> Int {
            requests.withLock {
                $0.append(request)
                return $0.count - 1
            }
        }
    }
}

private typealias HummingbirdRequest = Hummingbird.Request
