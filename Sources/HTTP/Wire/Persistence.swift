internal import NIOCore
internal import NIOHTTP1

/// Keeps or closes a connection as each request asks, answers `Expect: 100-continue`, and closes connections that are
/// too slow.
///
/// - An answer says `Connection: close`, or to HTTP/1.0 `keep-alive`, and the connection behaves accordingly.
/// - `100 Continue` is sent when it is the request's turn, so that it is never inside another answer. It is not sent
///   for a body whose announced length is over the limit: such a client gets its 413 without sending the body.
/// - An answer that is sent while the request is still arriving (413) closes the connection after a delay, during which
///   the rest is received and dropped. Closing immediately would destroy the answer on its way.
/// - A request names its host exactly once. A request with several Host headers, or an invalid one, is passed on
///   without a host (RFC 9112 section 3.2), and ``HTTPServer`` refuses it. A request of HTTP/1.0, which does not define
///   the header, is for the address that it reached.
/// - A client that does not read its answers is closed as well: it would occupy them forever.
final class Persistence: ChannelDuplexHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias InboundOut = HTTPServerRequestPart
    typealias OutboundIn = HTTPServerResponsePart
    typealias OutboundOut = HTTPServerResponsePart

    private struct Exchange {
        var keep: Bool
        /// HTTP/1.0 keeps a connection only on request, and does not define `100 Continue`.
        let isOld: Bool
        var wantsContinue: Bool
        var isRead = false
    }

    private let limits: Connection.Limits
    private let port: Int
    /// Requests that are not answered yet; the first one is being answered.
    private var open = CircularBuffer<Exchange>(initialCapacity: 2)
    private var received = 0
    private var timer: Scheduled<Void>?
    /// Runs while the connection's output buffer is full.
    private var unread: Scheduled<Void>?
    private let turnstile: Turnstile

    /// - Parameter port: the port of a host's name without one: 80, or 443 with TLS.
    init(limits: Connection.Limits, port: Int, turnstile: Turnstile) {
        self.limits = limits
        self.port = port
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
            let fault = HeadFault.found(in: head, port: port)
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
            // The answer was already sent: the rest of the body is received and dropped.
            if open.isEmpty { return }
        case .end:
            if !open.isEmpty { open[open.index(before: open.endIndex)].isRead = true }
            timer?.cancel()
            timer = nil
            updateSeat(context)
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
            updateSeat(context)
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
        updateSeat(context)
        context.fireChannelWritabilityChanged()
    }

    /// Records whether the client waits for the server.
    private func updateSeat(_ context: ChannelHandlerContext) {
        let isServed = open.first?.isRead == true && context.channel.isWritable
        turnstile.seat?.setServed(isServed)
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

    /// Checks repeatedly whether enough bytes have arrived, while a request is being sent and is expected.
    private func watch(_ context: ChannelHandlerContext) {
        let before = received
        let bound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
        timer = context.eventLoop.scheduleTask(in: limits.slowest.time) {
            let (handler, context) = bound.value
            handler.timer = nil
            guard let last = handler.open.last, !last.isRead else { return }
            // Bytes after a request that is still being served are not read, however fast they are sent.
            let waits = handler.open.count == 1
            // fits: the count only grows, with each arrival.
            if waits, handler.received - before < handler.limits.slowest.bytes {
                context.close(promise: nil)
            } else {
                handler.watch(context)
            }
        }
    }
}
