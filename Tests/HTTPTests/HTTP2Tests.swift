import HTTPTypes
import Logging
import NIOCore
import NIOEmbedded
import NIOHTTP2
import NIOHTTPTypes
import NIOTLS
import Testing

@testable import HTTP

/// The times within which clients of HTTP/2 must send, read and do something at all, on a clock that the test moves.
struct HTTP2Tests {
    /// A stream without a connection; it keeps what it sends if `holds` is true, as if the client's window were full.
    private final class Stream {
        let channel = EmbeddedChannel()
        private let streams: Streams

        init(holds: Bool = false, hasPlace: Bool = true) throws {
            let log = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
            let connections = Connections(most: 1, perAddress: 1, log: log)
            streams = Streams(idle: .seconds(75), turnstile: Turnstile(connections))
            let seat = hasPlace ? connections.enter(channel, from: "") : nil
            let held = holds ? [Held()] : []
            try channel.pipeline.syncOperations.addHandlers(
                held as [any ChannelHandler] + [
                    StreamGuard(limits: Connection.Limits(), streams: streams, seat: seat)
                ])
            try channel.connect(to: SocketAddress(ipAddress: "127.0.0.1", port: 1)).wait()
        }

        func begin() throws {
            let head = HTTPRequest(method: .post, scheme: "https", authority: "a", path: "/")
            try channel.writeInbound(HTTPRequestPart.head(head))
        }

        func send(_ bytes: Int) throws {
            try channel.writeInbound(HTTPRequestPart.body(ByteBuffer(repeating: 32, count: bytes)))
        }

        func end() throws { try channel.writeInbound(HTTPRequestPart.end(nil)) }

        func answer() {
            channel.write(HTTPResponsePart.head(HTTPResponse(status: .ok)), promise: nil)
            channel.writeAndFlush(HTTPResponsePart.end(nil), promise: nil)
        }

        /// The parts that reached the server.
        func received() throws -> Int {
            var count = 0
            while try channel.readInbound(as: HTTPRequestPart.self) != nil { count += 1 }
            return count
        }

        func wait(_ time: TimeAmount) { channel.embeddedEventLoop.advanceTime(by: time) }
    }

    private final class Held: ChannelOutboundHandler {
        typealias OutboundIn = HTTPResponsePart
        private var promises: [EventLoopPromise<Void>] = []

        func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
            if let promise { promises.append(promise) }
        }

        func handlerRemoved(context: ChannelHandlerContext) {
            for promise in promises { promise.fail(ChannelError.ioOnClosedChannel) }
        }
    }

    @Test("A request must arrive at 4 KiB in 30 s")
    func slowRequest() throws {
        let (slow, fast) = (try Stream(), try Stream())
        for stream in [slow, fast] { try stream.begin() }
        for round in 1...5 {
            try slow.send(round == 1 ? 5000 : 4000)
            try fast.send(4096)
            for stream in [slow, fast] { stream.wait(.seconds(30)) }
            #expect(slow.channel.isActive == (round == 1))
            guard slow.channel.isActive else { break }
        }
        #expect(fast.channel.isActive)
        try fast.end()
        fast.wait(.hours(1))
        #expect(fast.channel.isActive, "a call may take any time")
        _ = try? fast.channel.finish()
    }

    @Test("What follows a complete answer is dropped, for five seconds")
    func earlyAnswer() throws {
        let stream = try Stream()
        try stream.begin()
        stream.answer()
        #expect(try stream.received() == 1)
        try stream.send(100_000)
        #expect(try stream.received() == 0)
        stream.wait(.seconds(4))
        #expect(stream.channel.isActive)
        stream.wait(.seconds(1))
        #expect(!stream.channel.isActive)
    }

    @Test("An answer must be read within 75 s")
    func unreadAnswer() throws {
        let stream = try Stream(holds: true)
        try stream.begin()
        try stream.end()
        stream.answer()
        stream.wait(.seconds(74))
        #expect(stream.channel.isActive)
        stream.wait(.seconds(1))
        #expect(!stream.channel.isActive)
    }

    @Test("Without a place, the answer is 503, and the request reaches nothing")
    func noPlace() throws {
        let stream = try Stream(hasPlace: false)
        try stream.begin()
        try stream.send(3)
        try stream.end()
        #expect(try stream.received() == 0)
        guard case .head(let head)? = try stream.channel.readOutbound(as: HTTPResponsePart.self) else {
            Issue.record("no answer")
            return
        }
        #expect(head.status == .serviceUnavailable)
        _ = try? stream.channel.finish()
    }

    @Test("A connection without requests ends after 75 s, and says so")
    func idleConnection() throws {
        for hadRequest in [false, true] {
            let channel = EmbeddedChannel()
            let log = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
            let streams = Streams(
                idle: .seconds(75), turnstile: Turnstile(Connections(most: 1, perAddress: 1, log: log)))
            try channel.pipeline.syncOperations.addHandler(streams)
            try channel.connect(to: SocketAddress(ipAddress: "127.0.0.1", port: 1)).wait()
            if hadRequest {
                let delegate = Streams.Delegate(streams, channel.embeddedEventLoop)
                delegate.streamCreated(5, channel: channel)
                channel.embeddedEventLoop.advanceTime(by: .hours(1))
                #expect(channel.isActive)
                delegate.streamClosed(5, channel: channel)
            }
            channel.embeddedEventLoop.advanceTime(by: .seconds(74))
            #expect(channel.isActive)
            channel.embeddedEventLoop.advanceTime(by: .seconds(1))
            #expect(!channel.isActive)
            let frame = try channel.readOutbound(as: HTTP2Frame.self)
            guard case .goAway(let last, .noError, _)? = frame?.payload else {
                Issue.record("no GOAWAY")
                return
            }
            #expect(last == (hadRequest ? 5 : .rootStream))
        }
    }

    @Test("A TLS handshake must end in time", arguments: [true, false])
    func handshake(ends: Bool) throws {
        let channel = EmbeddedChannel(handler: HandshakeDeadline(.seconds(75)))
        try channel.connect(to: SocketAddress(ipAddress: "127.0.0.1", port: 1)).wait()
        if ends {
            channel.pipeline.fireUserInboundEventTriggered(
                TLSUserEvent.handshakeCompleted(negotiatedProtocol: "h2"))
        }
        channel.embeddedEventLoop.advanceTime(by: .seconds(75))
        #expect(channel.isActive == ends)
        _ = try? channel.finish(acceptAlreadyClosed: true)
    }
}
