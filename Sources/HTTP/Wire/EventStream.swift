internal import HTTPTypes
internal import Hummingbird
internal import Model
internal import NIOCore
internal import ServiceLifecycle
internal import VMSAPI

/// Answers of server-sent events (https://html.spec.whatwg.org/multipage/server-sent-events.html).
struct EventStream {
    static let type = "text/event-stream"
    /// The pause after which a stream without events sends a comment: a client that is gone is noticed, and proxies keep
    /// the connection.
    static let pause = Duration.seconds(15)

    private var writer: any ResponseBodyWriter

    /// An answer that goes on until `body` ends.
    ///
    /// - Parameters:
    ///   - stop: called when the server stops; `body` must then end soon.
    ///   - body: writes events; a write throws when the client is gone. A refusal is sent as the event `closed`.
    static func response(
        stop: @escaping @Sendable () -> Void, _ body: @escaping @Sendable (inout EventStream) async throws -> Void
    ) -> Response {
        Response(
            status: .ok,
            headers: [
                .contentType: type, .cacheControl: "no-store", .xContentTypeOptions: "nosniff",
                .contentSecurityPolicy: "default-src 'none'; frame-ancestors 'none'",
            ],
            body: .init { writer in
                var stream = EventStream(writer: writer)
                try await withGracefulShutdownHandler {
                    // The client learns at once that the stream has begun.
                    try await stream.comment()
                    do {
                        try await body(&stream)
                    } catch let refusal as Refusal {
                        try await stream.send(
                            "closed",
                            .object([
                                .init("kind", .string("closed")), .init("reason", .string(refusal.reason.onWire)),
                            ]))
                    }
                } onGracefulShutdown: {
                    stop()
                }
                try await stream.writer.finish(nil)
            })
    }

    mutating func comment() async throws { try await writer.write(ByteBuffer(string: ":\n\n")) }

    /// Sends an id alone: a client that loses the connection before the first event resumes there.
    mutating func send(id: String) async throws { try await writer.write(ByteBuffer(string: "id: \(id)\n\n")) }

    /// Sends an event.
    ///
    /// - Parameters:
    ///   - id: with which the client resumes; `nil` keeps the last one.
    ///   - data: one line.
    mutating func send(_ event: String, id: String? = nil, _ data: String) async throws {
        let head = id.map { "id: \($0)\n" } ?? ""
        try await writer.write(ByteBuffer(string: "\(head)event: \(event)\ndata: \(data)\n\n"))
    }

    /// Sends an event with an object as JSON.
    mutating func send(_ event: String, id: String? = nil, _ object: WireValue) async throws {
        try await send(event, id: id, String(decoding: JSONWriter.bytes(of: object), as: UTF8.self))
    }
}
