internal import NIOCore
internal import NIOHTTP1

/// Keeps or closes a connection as each request on it asks, answers `Expect: 100-continue`, and drops who is too slow.
///
/// - An answer says `Connection: close`, or to HTTP/1.0 `keep-alive`, and the connection does what it says.
/// - `100 Continue` goes out when the request's turn has come, so that it never stands inside another answer, and not
///   at all for a body that is announced to be over the limit: such a client gets its 413 without sending anything.
/// - An answer that is given while the request is still being sent (413) closes the connection, after a time in which
///   the rest is taken in; closing at once would destroy the answer on its way.
/// - A request says once whom it is for: with several Host headers, or one that is none, it goes on without (RFC 9112
///   section 3.2), which ``HTTPServer`` refuses. One of HTTP/1.0, which knows no such header, is for the address it reached.
/// - A client that does not read its answers is closed, too: it would hold them for ever.
final class Persistence: ChannelDuplexHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias InboundOut = HTTPServerRequestPart
    typealias OutboundIn = HTTPServerResponsePart
    typealias OutboundOut = HTTPServerResponsePart

    private struct Exchange {
        var keep: Bool
        /// HTTP/1.0 keeps a connection only when it is told so, and knows no `100 Continue`.
        let isOld: Bool
        var wantsContinue: Bool
        var isRead = false
    }

    private let limits: Connection.Limits
    /// Requests that are not answered yet; the first is the one that is being answered.
    private var open = CircularBuffer<Exchange>(initialCapacity: 2)
    private var received = 0
    private var timer: Scheduled<Void>?
    /// Runs while more of an answer waits than a connection takes.
    private var unread: Scheduled<Void>?
    private let turnstile: Turnstile

    init(limits: Connection.Limits, turnstile: Turnstile) {
        self.limits = limits
        self.turnstile = turnstile
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        timer?.cancel()
        unread?.cancel()
    }

    func channelInactive(context: ChannelHandlerContext) {
        timer?.cancel()
        unread?.cancel()
        context.fireChannelInactive()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head(var head):
            head.headers.remove(name: HeadFault.header)
            let fault = HeadFault.found(in: head)
            open.append(exchange(head, fault))
            if open.count == 1 { sendContinue(context) }
            if let fault {
                head.headers.remove(name: "host")
                head.headers.add(name: HeadFault.header, value: fault.rawValue)
            } else if head.headers["host"].isEmpty {
                head.headers.add(name: "host", value: CallContext.authority(of: context.channel))
            }
            return context.fireChannelRead(wrapInboundOut(.head(head)))
        case .body(let bytes):
            received += bytes.readableBytes
            // Taken in for the sake of its answer, which was given already: nobody reads it.
            if open.isEmpty { return }
        case .end:
            if !open.isEmpty { open[open.index(before: open.endIndex)].isRead = true }
            timer?.cancel()
            timer = nil
            tellServed(context)
        }
        context.fireChannelRead(data)
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        if timer == nil, let last = open.last, !last.isRead { watch(context) }
        context.fireChannelReadComplete()
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        switch unwrapOutboundIn(data) {
        case .head(var head) where !open.isEmpty && head.status.code >= 200:
            if !open[open.startIndex].isRead { open[open.startIndex].keep = false }
            let exchange = open[open.startIndex]
            if !exchange.keep {
                head.headers.replaceOrAdd(name: "connection", value: "close")
            } else if exchange.isOld {
                head.headers.replaceOrAdd(name: "connection", value: "keep-alive")
            }
            context.write(wrapOutboundOut(.head(head)), promise: promise)
        case .end where !open.isEmpty:
            let exchange = open.removeFirst()  // fits: it is not empty
            context.writeAndFlush(data, promise: promise)
            tellServed(context)
            turnstile.seat?.wasAnswered()
            if exchange.keep {
                sendContinue(context)
            } else {
                close(context, after: exchange)
            }
        case .head, .body, .end: context.write(data, promise: promise)
        }
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        unread?.cancel()
        unread = nil
        if !context.channel.isWritable {
            let bound = NIOLoopBound(context, eventLoop: context.eventLoop)
            unread = context.eventLoop.scheduleTask(in: limits.idle) { bound.value.close(promise: nil) }
        }
        tellServed(context)
        context.fireChannelWritabilityChanged()
    }

    /// Says whether the client waits for us, not we for the client.
    private func tellServed(_ context: ChannelHandlerContext) {
        let isServed = open.first?.isRead == true && context.channel.isWritable
        turnstile.seat?.isServed(isServed)
    }

    private func exchange(_ head: HTTPRequestHead, _ fault: HeadFault?) -> Exchange {
        received = 0
        let length = (try? RequestBodies.announced(head.headers.first(name: "content-length"))) ?? 0
        let isOld = head.version == .http1_0
        let expects = !isOld && head.headers.first(name: "expect")?.lowercased() == "100-continue"
        let tooLong = length > limits.body
        return Exchange(
            keep: head.isKeepAlive && !(expects && tooLong) && fault != .coding && fault != .oldCoding, isOld: isOld,
            wantsContinue: expects && !tooLong)
    }

    private func sendContinue(_ context: ChannelHandlerContext) {
        guard let first = open.first, first.wantsContinue, !first.isRead else { return }
        open[open.startIndex].wantsContinue = false
        context.writeAndFlush(
            wrapOutboundOut(.head(HTTPResponseHead(version: .http1_1, status: .continue))), promise: nil)
    }

    private func close(_ context: ChannelHandlerContext, after exchange: Exchange) {
        timer?.cancel()
        timer = nil
        context.close(mode: .output, promise: nil)
        guard !exchange.isRead else { return }
        let bound = NIOLoopBound(context, eventLoop: context.eventLoop)
        timer = context.eventLoop.scheduleTask(in: limits.linger) { bound.value.close(promise: nil) }
    }

    /// Looks again and again whether enough has arrived, as long as a request is being sent and is waited for.
    private func watch(_ context: ChannelHandlerContext) {
        let before = received
        let bound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
        timer = context.eventLoop.scheduleTask(in: limits.slowest.time) {
            let (handler, context) = bound.value
            handler.timer = nil
            guard let last = handler.open.last, !last.isRead else { return }
            // What stands behind a request that is still being served is not read, however fast it is sent.
            let waits = handler.open.count == 1
            // fits: it only grows, by what has arrived.
            if waits, handler.received - before < handler.limits.slowest.bytes {
                context.close(promise: nil)
            } else {
                handler.watch(context)
            }
        }
    }
}
