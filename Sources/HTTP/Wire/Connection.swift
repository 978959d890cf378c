internal import HummingbirdCore
internal import Logging
internal import NIOCore
internal import NIOHTTP1
internal import NIOHTTPTypes
internal import NIOHTTPTypesHTTP1

/// One client's connection: HTTP/1.1 and HTTP/1.0, each kept or closed as its client asked.
///
/// Hummingbird's own HTTP/1 channel forgets the version of a request, so that a client of HTTP/1.0 that reads until the
/// connection ends would wait for ever; this one puts ``Persistence`` below it.
struct Connection: HTTPChannelHandler {
    typealias Value = Accepted

    struct Limits: Sendable {
        /// How long a connection may be silent between requests, or within one.
        var idle = TimeAmount.seconds(75)
        /// While a request is being sent, so many bytes must arrive in so much time.
        var slowest = (bytes: 4096, time: TimeAmount.seconds(30))
        /// How long what a refused client still sends is taken in, so that it gets to read its answer.
        var linger = TimeAmount.seconds(5)
        /// Most bytes of all headers of a request.
        var headers = 32 << 10
        /// A body that is announced to be longer is not asked for.
        var body = 16 << 20
    }

    let responder: HTTPChannelHandler.Responder
    let limits: Limits
    let connections: Connections

    /// Most bytes that are taken from a connection at once, and about half of what waits of a body that nobody reads yet.
    private static let gulp = 32 << 10

    func setup(channel: any Channel, logger: Logger) -> EventLoopFuture<Value> {
        channel.eventLoop.makeCompletedFuture {
            let pipeline = channel.pipeline.syncOperations
            if let options = channel.syncOptions {
                try options.setOption(.maxMessagesPerRead, value: 1)
                try options.setOption(
                    .recvAllocator,
                    value: AdaptiveRecvByteBufferAllocator(minimum: 1024, initial: 4096, maximum: Self.gulp))
            }
            let turnstile = Turnstile(connections)
            try pipeline.addHandler(turnstile)
            var decoding = NIOHTTPDecoderLimitConfiguration()
            decoding.maxHeaderFieldSize = limits.headers
            decoding.maxHeaderListSize = limits.headers
            decoding.maxHeaderFieldCount = 200
            // Requests that come before the last one is answered wait in the asynchronous channel; header fields are
            // checked by the types they are made of; a parser's error is answered by Hummingbird.
            try pipeline.configureHTTPServerPipeline(
                withPipeliningAssistance: false, withErrorHandling: false, withOutboundHeaderValidation: false,
                withEncoderConfiguration: .init(), withDecoderLimitConfiguration: decoding)
            try pipeline.addHandlers(
                Persistence(limits: limits, turnstile: turnstile), HTTP1ToHTTPServerCodec(secure: false),
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
