internal import NIOCore

/// Gives each connection a seat, or answers 503 and closes the connection if there is none.
final class Turnstile: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private let connections: Connections
    /// Time for bytes that a client sends with its connection.
    private static let grace = TimeAmount.milliseconds(10)
    /// A loop that is late runs its timers before it reads. It reads what has arrived before it runs a second timer.
    private static let extraGrace = TimeAmount.milliseconds(5)

    private(set) var seat: Connections.Seat?
    private var isRefused = false

    init(_ connections: Connections) { self.connections = connections }

    private static let refusal = """
        HTTP/1.1 503 Service Unavailable\r
        Content-Type: text/plain; charset=utf-8\r
        Content-Length: 52\r
        Retry-After: 5\r
        Connection: close\r
        \r
        the server has too many connections; try again soon

        """

    func channelActive(context: ChannelHandlerContext) {
        let address = context.remoteAddress?.ipAddress ?? ""
        seat = connections.enter(context.channel, from: address)
        if let seat {
            // On the event loop that reads the connection: if the loop is busy, these timers are late as well.
            let loop = context.eventLoop
            loop.scheduleTask(in: Self.grace) {
                loop.scheduleTask(in: Self.extraGrace) { seat.passGrace() }
            }
            return context.fireChannelActive()
        }
        isRefused = true
        // This handler is below the HTTP handlers, so it writes bytes.
        let bytes = context.channel.allocator.buffer(string: Self.refusal)
        let bound = NIOLoopBound(context, eventLoop: context.eventLoop)
        context.writeAndFlush(wrapOutboundOut(bytes)).whenComplete { _ in bound.value.close(promise: nil) }
        context.fireChannelActive()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard !isRefused else { return }
        seat?.noteActivity()
        context.fireChannelRead(data)
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if case ChannelEvent.inputClosed = event { seat?.closedByClient() }
        context.fireUserInboundEventTriggered(event)
    }

    func channelInactive(context: ChannelHandlerContext) {
        if let seat { connections.leave(seat) }
        context.fireChannelInactive()
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        if let seat { connections.leave(seat) }
    }
}

/// Stops accepting for a while if the process, or the computer, has no descriptor or memory left for a connection. Also
/// if so many connections arrive at the same time that each would close one that had no time to send anything: in the
/// kernel's queue they lose nothing.
///
/// Without the pause NIO would be notified of the waiting connection again and again, which would take a whole core
/// until a descriptor is free.
final class AcceptPause: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = any Channel
    typealias InboundOut = any Channel

    private static let long = TimeAmount.milliseconds(250)
    private static let short = TimeAmount.milliseconds(5)
    /// Maximum number of consecutive short pauses: a fifth of a second.
    private static let most = 40

    private let connections: Connections
    private var isPaused = false

    init(_ connections: Connections) { self.connections = connections }

    func handlerAdded(context: ChannelHandlerContext) {
        // One connection per read, so that a pause begins immediately.
        _ = context.channel.setOption(.maxMessagesPerRead, value: 1)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        connections.accepted(unwrapInboundIn(data))
        context.fireChannelRead(data)
        if connections.isOverrun { pause(context.channel, Self.short, again: Self.most) }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        if error is IOError {
            connections.closeOne()
            pause(context.channel, Self.long, again: 0)
        }
        context.fireErrorCaught(error)
    }

    private func pause(_ channel: any Channel, _ time: TimeAmount, again: Int) {
        guard !isPaused else { return }
        isPaused = true
        let bound = NIOLoopBound(self, eventLoop: channel.eventLoop)
        channel.setOption(.autoRead, value: false).whenSuccess {
            channel.eventLoop.scheduleTask(in: time) { bound.value.resume(channel, time, again: again) }
        }
    }

    private func resume(_ channel: any Channel, _ time: TimeAmount, again: Int) {
        isPaused = false
        if again > 0, connections.isOverrun { return pause(channel, time, again: again - 1) }
        _ = channel.setOption(.autoRead, value: true)
    }
}
