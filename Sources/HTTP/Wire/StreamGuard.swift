internal import HTTPTypes
internal import NIOCore
internal import NIOHTTPTypes

/// One request in HTTP/2, and its answer: what ``Persistence`` is for HTTP/1.
///
/// - Answers `Expect: 100-continue`, but not for a body whose announced length is over the limit.
/// - Closes a stream whose request arrives too slowly, or whose answer is not read.
/// - After an answer that is complete before the request is (413), the rest is received and dropped for a while.
/// - A request without a valid name of its host is passed on without one, and ``HTTPServer`` refuses it.
/// - A stream for which there is no place is answered with 503.
final class StreamGuard: ChannelDuplexHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPRequestPart
    typealias InboundOut = HTTPRequestPart
    typealias OutboundIn = HTTPResponsePart
    typealias OutboundOut = HTTPResponsePart

    private let limits: Connection.Limits
    private let streams: Streams
    private let seat: Connections.Seat?
    private var received = 0
    private var isRead = false
    private var isAnswered = false
    private var isServed = false
    /// Runs while the request arrives.
    private var timer: Scheduled<Void>?
    /// Runs while the client does not read the answer.
    private var unread: Scheduled<Void>?

    /// - Parameter seat: `nil` if there is no place for the request.
    init(limits: Connection.Limits, streams: Streams, seat: Connections.Seat?) {
        (self.limits, self.streams, self.seat) = (limits, streams, seat)
    }

    func handlerRemoved(context: ChannelHandlerContext) { end() }

    func channelInactive(context: ChannelHandlerContext) {
        end()
        context.fireChannelInactive()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head(let head):
            guard let seat else { return refuse(context) }
            seat.noteActivity()
            watch(context)
            if wantsContinue(head) { sendContinue(context) }
            return context.fireChannelRead(wrapInboundOut(.head(HeadFault.checked(head))))
        case .body(let bytes):
            received += bytes.readableBytes
            seat?.noteActivity()
        case .end:
            isRead = true
            timer?.cancel()
            updateServed(context)
        }
        // The answer was already sent: the rest is received and dropped.
        if !isAnswered { context.fireChannelRead(data) }
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        guard case .end = unwrapOutboundIn(data) else { return context.write(data, promise: promise) }
        isAnswered = true
        let sent = promise ?? context.eventLoop.makePromise()
        let bound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
        // The frames wait until the client's window has room.
        sent.futureResult.whenSuccess {
            let (handler, context) = bound.value
            handler.sent(context)
        }
        watchReading(context)
        context.writeAndFlush(data, promise: sent)
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        watchReading(context)
        updateServed(context)
        context.fireChannelWritabilityChanged()
    }

    /// Everything was sent; the stream ends with the request.
    private func sent(_ context: ChannelHandlerContext) {
        unread?.cancel()
        streams.wasAnswered()
        seat?.wasAnswered()
        updateServed(context)
        guard !isRead else { return }
        let bound = NIOLoopBound(context, eventLoop: context.eventLoop)
        timer?.cancel()
        timer = context.eventLoop.scheduleTask(in: limits.linger) { bound.value.close(promise: nil) }
    }

    private func end() {
        timer?.cancel()
        unread?.cancel()
        setServed(false)
    }

    private func updateServed(_ context: ChannelHandlerContext) {
        setServed(isRead && !isAnswered && context.channel.isWritable)
    }

    private func setServed(_ served: Bool) {
        guard served != isServed else { return }
        isServed = served
        seat?.setServed(served)
        streams.changeServed(by: served ? 1 : -1)
    }

    /// While the client has to read before more can be sent, a timer runs; after a complete answer, in any case.
    private func watchReading(_ context: ChannelHandlerContext) {
        unread?.cancel()
        guard isAnswered || !context.channel.isWritable else { return }
        let bound = NIOLoopBound(context, eventLoop: context.eventLoop)
        unread = context.eventLoop.scheduleTask(in: limits.idle) { bound.value.close(promise: nil) }
    }

    /// Checks repeatedly whether enough bytes have arrived, until the request is complete.
    private func watch(_ context: ChannelHandlerContext) {
        let before = received
        let bound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
        timer = context.eventLoop.scheduleTask(in: limits.slowest.time) {
            let (handler, context) = bound.value
            guard !handler.isRead, !handler.isAnswered else { return }
            // fits: the count only grows, with each arrival.
            if handler.received - before < handler.limits.slowest.bytes {
                context.close(promise: nil)
            } else {
                handler.watch(context)
            }
        }
    }

    private func wantsContinue(_ head: HTTPRequest) -> Bool {
        guard HTTPField.Name.expect.flatMap({ head.headerFields[$0] })?.lowercased() == "100-continue" else {
            return false
        }
        let length = (try? RequestBodies.announced(head.headerFields[.contentLength])) ?? 0
        return length <= limits.body
    }

    private func sendContinue(_ context: ChannelHandlerContext) {
        context.writeAndFlush(wrapOutboundOut(.head(HTTPResponse(status: .continue))), promise: nil)
    }

    private func refuse(_ context: ChannelHandlerContext) {
        let words = "the server has too many requests in HTTP/2; try again soon\n"
        var head = HTTPResponse(status: .serviceUnavailable)
        head.headerFields[.contentType] = "text/plain; charset=utf-8"
        head.headerFields[.contentLength] = "\(words.utf8.count)"
        head.headerFields[.retryAfter] = "5"
        context.write(wrapOutboundOut(.head(head)), promise: nil)
        context.write(wrapOutboundOut(.body(context.channel.allocator.buffer(string: words))), promise: nil)
        write(context: context, data: wrapOutboundOut(.end(nil)), promise: nil)
    }
}

extension HTTPField.Name {
    fileprivate static let expect = Self("Expect")
}
