import NIOCore
import NIOPosix

/// A client that sends bytes unchanged and reads answers as they arrive: some toolkits behave in ways that no HTTP
/// library allows.
final class RawConnection {
    struct Answer: Equatable {
        var status: Int
        /// Names in lower case.
        var headers: [String: String]
        var body: [UInt8]

        var text: String { String(decoding: body, as: UTF8.self) }
    }

    struct Ended: Error {}

    /// Bytes in place of an answer.
    struct NoAnswer: Error {
        var text: String
    }

    private let outbound: NIOAsyncChannelOutboundWriter<ByteBuffer>
    private var inbound: NIOAsyncChannelInboundStream<ByteBuffer>.AsyncIterator
    private var unread: [UInt8] = []

    private init(
        _ inbound: NIOAsyncChannelInboundStream<ByteBuffer>, _ outbound: NIOAsyncChannelOutboundWriter<ByteBuffer>
    ) {
        self.inbound = inbound.makeAsyncIterator()
        self.outbound = outbound
    }

    /// Opens a connection for the duration of `body`.
    static func open<Result: Sendable>(
        _ port: Int, _ body: (RawConnection) async throws -> Result
    ) async throws -> Result {
        let channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .channelOption(.allowRemoteHalfClosure, value: true)
            .connect(host: "127.0.0.1", port: port) { channel in
                channel.eventLoop.makeCompletedFuture {
                    try NIOAsyncChannel<ByteBuffer, ByteBuffer>(wrappingChannelSynchronously: channel)
                }
            }
        return try await channel.executeThenClose { inbound, outbound in
            try await body(RawConnection(inbound, outbound))
        }
    }

    func send(_ text: String) async throws { try await outbound.write(ByteBuffer(string: text)) }

    func send(_ bytes: [UInt8]) async throws { try await outbound.write(ByteBuffer(bytes: bytes)) }

    /// Reads the next answer, by its Content-Length.
    func answer(head: Bool = false) async throws -> Answer {
        let end: [UInt8] = [13, 10, 13, 10]
        var length: Int?
        while length == nil {
            length = unread.indices.first { unread[$0...].starts(with: end) }
            if length == nil { try await more() }
        }
        let lines = String(decoding: unread[..<(length ?? 0)], as: UTF8.self).split(separator: "\r\n")
        guard lines.first?.hasPrefix("HTTP/1.") == true else { throw NoAnswer(text: String(lines.first ?? "")) }
        unread.removeFirst((length ?? 0) + end.count)
        var headers: [String: String] = [:]
        for line in lines.dropFirst() {
            let parts = line.split(separator: ":", maxSplits: 1)
            let value = parts.count > 1 ? String(parts[1].drop { $0 == " " }) : ""
            headers[parts.first?.lowercased() ?? ""] = value
        }
        let size = head ? 0 : headers["content-length"].flatMap { Int($0) } ?? 0
        while unread.count < size { try await more() }
        let body = Array(unread.prefix(size))
        unread.removeFirst(size)
        let status = lines.first?.split(separator: " ").dropFirst().first.flatMap { Int($0) }
        return Answer(status: status ?? 0, headers: headers, body: body)
    }

    /// Returns when the server has closed its side; throws only read errors.
    func untilEnd() async throws -> [UInt8] {
        while let bytes = try await inbound.next() { unread += bytes.readableBytesView }
        return unread
    }

    private func more() async throws {
        guard let bytes = try await inbound.next() else { throw Ended() }
        unread += bytes.readableBytesView
    }
}

extension RunningServer {
    typealias Answer = RawConnection.Answer

    /// Sends one request on a connection of its own.
    func request(
        _ method: String, _ path: String, _ headers: [String] = [], _ body: [UInt8] = []
    ) async throws -> Answer {
        try await RawConnection.open(port) { connection in
            var lines = ["\(method) \(path) HTTP/1.1"] + headers
            let namesHost = headers.contains { $0.lowercased().hasPrefix("host:") }
            if !namesHost { lines.append("Host: 127.0.0.1:\(port)") }
            if !body.isEmpty { lines.append("Content-Length: \(body.count)") }
            try await connection.send(Array((lines.joined(separator: "\r\n") + "\r\n\r\n").utf8) + body)
            return try await connection.answer(head: method == "HEAD")
        }
    }

    func post(_ path: String, _ headers: [String], _ body: String) async throws -> Answer {
        try await request("POST", path, headers, Array(body.utf8))
    }

    /// A SOAP 1.1 message to the published endpoint.
    func soap(_ body: String, _ headers: [String] = ["Content-Type: text/xml; charset=UTF-8"]) async throws -> Answer {
        try await post("/services/VirtualMachineServer", headers, body)
    }

    func json(_ service: String, _ body: String) async throws -> Answer {
        try await post("/v1/\(service)", ["Content-Type: application/json"], body)
    }
}
