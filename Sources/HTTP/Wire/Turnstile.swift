internal import NIOCore

/// Gives each connection its seat, or tells it that there is none and closes it.
final class Turnstile: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private let connections: Connections
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
        guard seat == nil else { return context.fireChannelActive() }
        isRefused = true
        // Above the handlers of HTTP: bytes.
        let bytes = context.channel.allocator.buffer(string: Self.refusal)
        let bound = NIOLoopBound(context, eventLoop: context.eventLoop)
        context.writeAndFlush(wrapOutboundOut(bytes)).whenComplete { _ in bound.value.close(promise: nil) }
        context.fireChannelActive()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard !isRefused else { return }
        seat?.stirred()
        context.fireChannelRead(data)
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if case ChannelEvent.inputClosed = event { seat?.left() }
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

/// Stops accepting for a while when the process, or the machine, has no descriptor or memory left for a connection.
///
/// NIO goes on to be told that a connection waits, which would take a whole core until a descriptor is free.
final class AcceptPause: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = any Channel

    private static let pause = TimeAmount.milliseconds(250)

    private let connections: Connections

    init(_ connections: Connections) { self.connections = connections }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        if error is IOError {
            connections.yieldOne()
            let channel = context.channel
            channel.setOption(.autoRead, value: false).whenSuccess {
                channel.eventLoop.scheduleTask(in: Self.pause) { channel.setOption(.autoRead, value: true) }
            }
        }
        context.fireErrorCaught(error)
    }
}
