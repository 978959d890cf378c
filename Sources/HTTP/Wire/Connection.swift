internal import HummingbirdCore
internal import Logging
internal import NIOCore
internal import NIOHTTP1
internal import NIOHTTPTypes
internal import NIOHTTPTypesHTTP1
internal import NIOSSL

/// One client's connection: HTTP/1.1 and HTTP/1.0, kept open or closed as the client requests.
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
    /// `nil` for a listener without TLS.
    var certificate: ServerCertificate?

    /// Maximum bytes per read from a connection, and about half of the buffered bytes of a body that is not yet read.
    private static let mostPerRead = 32 << 10

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
            if let certificate {
                let tls = NIOSSLServerHandler(
                    context: certificate.context, customVerificationCallback: ClientCertificate.verify)
                try pipeline.addHandlers(tls, ClientCertificate())
            }
            var decoding = NIOHTTPDecoderLimitConfiguration()
            decoding.maxHeaderFieldSize = limits.headers
            decoding.maxHeaderListSize = limits.headers
            decoding.maxHeaderFieldCount = 200
            // Pipelined requests wait in the asynchronous channel; the types of header fields validate them;
            // Hummingbird answers a parser's error.
            try pipeline.configureHTTPServerPipeline(
                withPipeliningAssistance: false, withErrorHandling: false, withOutboundHeaderValidation: false,
                withEncoderConfiguration: .init(), withDecoderLimitConfiguration: decoding)
            try pipeline.addHandlers(
                Persistence(limits: limits, turnstile: turnstile), HTTP1ToHTTPServerCodec(secure: certificate != nil),
                HTTPConnectionStateHandler(
                    idleTimeout: .nanoseconds(limits.idle.nanoseconds), logger: logger))
            return Accepted(
                try NIOAsyncChannel(
                    wrappingChannelSynchronously: channel,
                    configuration: .init(
                        backPressureStrategy: .init(lowWatermark: 1, highWatermark: 2),
                        isOutboundHalfClosureEnabled: true)))
        }
    }

    func handle(value: Value, logger: Logger) async {
        await withTaskExecutorPreference(LoopExecutor(value.channel.eventLoop)) {
            await handleHTTP(asyncChannel: value.serve(), logger: logger)
        }
    }
}
