internal import HummingbirdCore
internal import Logging
internal import NIOCore
internal import NIOHTTP1
internal import NIOHTTP2
internal import NIOHTTPTypes
internal import NIOHTTPTypesHTTP1
internal import NIOHTTPTypesHTTP2
internal import NIOSSL
internal import NIOTLS

/// One client's connection: HTTP/1.1 and HTTP/1.0, kept open or closed as the client requests; with TLS also HTTP/2.
///
/// Hummingbird's own HTTP/1 channel drops the version of a request, so that a client of HTTP/1.0 that reads until the
/// connection ends would wait forever. This one puts ``Persistence`` below it.
struct Connection: HTTPChannelHandler {
    typealias Value = Accepted

    struct Limits: Sendable {
        /// Maximum idle time of a connection, between requests or within one.
        var idle = TimeAmount.seconds(75)
        /// The number of bytes that must arrive within a time while a request is being sent.
        var slowest = (bytes: 4096, time: TimeAmount.seconds(30))
        /// Time during which data of a refused client are still received, so that the client can read its answer.
        var linger = TimeAmount.seconds(5)
        /// Maximum size of a request's headers in bytes.
        var headers = 32 << 10
        /// A body with a larger announced length is not read.
        var body = 16 << 20
    }

    let responder: HTTPChannelHandler.Responder
    let limits: Limits
    let connections: Connections
    /// The requests of all HTTP/2 connections.
    let requests: Connections
    /// `nil` for a listener without TLS.
    var certificate: ServerCertificate?

    /// Maximum bytes per read from a connection, and about half of the buffered bytes of a body that is not yet read.
    private static let mostPerRead = 32 << 10
    /// Maximum number of requests at the same time in one connection of HTTP/2.
    private static let mostStreams = 100
    /// Bytes of a request's body in HTTP/2 that a client sends in advance; ``requests`` bounds their total.
    private static let window = 128 << 10
    private static let connectionWindow = 1 << 20

    func setup(channel: any Channel, logger: Logger) -> EventLoopFuture<Value> {
        channel.eventLoop.makeCompletedFuture {
            let pipeline = channel.pipeline.syncOperations
            if let options = channel.syncOptions {
                try options.setOption(.maxMessagesPerRead, value: 1)
                try options.setOption(
                    .recvAllocator,
                    value: AdaptiveRecvByteBufferAllocator(minimum: 1024, initial: 4096, maximum: Self.mostPerRead))
            }
            let turnstile = Turnstile(connections)
            try pipeline.addHandler(turnstile)
            guard let certificate else {
                return Accepted(
                    channel: channel,
                    version: channel.eventLoop.makeSucceededFuture(
                        .http1_1(try exchanges(of: channel, turnstile, logger))))
            }
            try pipeline.addHandlers(
                NIOSSLServerHandler(
                    context: certificate.context, customVerificationCallback: ClientCertificate.verify),
                ClientCertificate(), HandshakeDeadline(limits.idle))
            let turnstiles = NIOLoopBound(turnstile, eventLoop: channel.eventLoop)
            let negotiation = NIOTypedApplicationProtocolNegotiationHandler<Accepted.Version> { result in
                channel.eventLoop.makeCompletedFuture {
                    result == .negotiated("h2")
                        ? .http2(try streams(of: channel, turnstiles.value, logger))
                        : .http1_1(try exchanges(of: channel, turnstiles.value, logger))
                }
            }
            try pipeline.addHandler(negotiation)
            return Accepted(channel: channel, version: negotiation.protocolNegotiationResult)
        }
    }

    private func exchanges(of channel: any Channel, _ turnstile: Turnstile, _ logger: Logger) throws -> Exchanges {
        let pipeline = channel.pipeline.syncOperations
        var decoding = NIOHTTPDecoderLimitConfiguration()
        decoding.maxHeaderFieldSize = limits.headers
        decoding.maxHeaderListSize = limits.headers
        decoding.maxHeaderFieldCount = 200
        // Pipelined requests wait in the asynchronous channel; the types of header fields validate them;
        // Hummingbird answers a parser's error.
        try pipeline.configureHTTPServerPipeline(
            withPipeliningAssistance: false, withErrorHandling: false, withOutboundHeaderValidation: false,
            withEncoderConfiguration: .init(), withDecoderLimitConfiguration: decoding)
        let isSecure = certificate != nil
        try pipeline.addHandlers(
            Persistence(limits: limits, port: isSecure ? 443 : 80, turnstile: turnstile),
            HTTP1ToHTTPServerCodec(secure: isSecure),
            HTTPConnectionStateHandler(idleTimeout: .nanoseconds(limits.idle.nanoseconds), logger: logger))
        return Exchanges(try Self.asynchronous(channel, isOutboundHalfClosureEnabled: true))
    }

    private func streams(
        of channel: any Channel, _ turnstile: Turnstile, _ logger: Logger
    ) throws -> NIOHTTP2Handler.AsyncStreamMultiplexer<Exchanges?> {
        var configuration = NIOHTTP2Handler.Configuration()
        configuration.connection.initialSettings = [
            HTTP2Setting(parameter: .maxConcurrentStreams, value: Self.mostStreams),
            HTTP2Setting(parameter: .maxHeaderListSize, value: limits.headers),
            HTTP2Setting(parameter: .initialWindowSize, value: Self.window),
        ]
        configuration.connection.targetWindowSize = Self.connectionWindow
        configuration.stream.targetWindowSize = Self.window
        let pipeline = channel.pipeline.syncOperations
        let streams = Streams(idle: limits.idle, turnstile: turnstile)
        let bound = NIOLoopBound(streams, eventLoop: channel.eventLoop)
        let multiplexer = try pipeline.configureAsyncHTTP2Pipeline(
            mode: .server, streamDelegate: Streams.Delegate(streams, channel.eventLoop), configuration: configuration
        ) { stream in
            stream.eventLoop.makeCompletedFuture {
                let seat = requests.enter(stream, from: stream.remoteAddress?.ipAddress ?? "")
                try stream.pipeline.syncOperations.addHandlers(
                    HTTP2FramePayloadToHTTPServerCodec(),
                    StreamGuard(limits: limits, streams: bound.value, seat: seat))
                guard let seat else { return nil as Exchanges? }
                return Exchanges(try Self.asynchronous(stream, isOutboundHalfClosureEnabled: false)) {
                    requests.leave(seat)
                }
            }
        }
        try pipeline.addHandler(streams)
        return multiplexer
    }

    private static func asynchronous(
        _ channel: any Channel, isOutboundHalfClosureEnabled: Bool
    ) throws -> Exchanges.Wrapped {
        try NIOAsyncChannel(
            wrappingChannelSynchronously: channel,
            configuration: .init(
                backPressureStrategy: .init(lowWatermark: 1, highWatermark: 2),
                isOutboundHalfClosureEnabled: isOutboundHalfClosureEnabled))
    }

    func handle(value: Value, logger: Logger) async {
        await withTaskExecutorPreference(LoopExecutor(value.channel.eventLoop)) {
            switch try? await value.version.get() {
            case .http1_1(let exchanges)?: await handleHTTP(asyncChannel: exchanges.serve(), logger: logger)
            case .http2(let multiplexer)?: await handle(multiplexer.inbound, logger)
            // The handshake failed.
            case nil: break
            }
        }
    }

    private func handle(_ streams: NIOHTTP2AsyncSequence<Exchanges?>, _ logger: Logger) async {
        do {
            try await withThrowingDiscardingTaskGroup { group in
                for try await exchanges in streams {
                    guard let exchanges else { continue }
                    group.addTask {
                        await handleHTTP(asyncChannel: exchanges.serve(), logger: logger)
                        withExtendedLifetime(exchanges) {}
                    }
                }
            }
        } catch {
            logger.trace("a connection of HTTP/2 ended", metadata: ["error": "\(error)"])
        }
    }
}

extension Channel {
    /// Whether it is a stream of an HTTP/2 connection.
    var isStream: Bool { parent?.parent != nil }
}
