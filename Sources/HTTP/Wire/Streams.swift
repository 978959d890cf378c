internal import NIOCore
internal import NIOHTTP2

/// The streams of an HTTP/2 connection: closes it when none has been open for a while, and after the last one when the
/// server stops.
///
/// NIO's `NIOHTTP2ServerConnectionManagementHandler` waits for the answer to a ping first, and for a first stream: a
/// client that sends neither would keep its connection.
final class Streams: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = HTTP2Frame
    typealias InboundOut = HTTP2Frame
    typealias OutboundOut = HTTP2Frame

    private let idle: TimeAmount
    private let turnstile: Turnstile
    private var context: ChannelHandlerContext?
    private var timer: Scheduled<Void>?
    private var open = 0
    private var last = HTTP2StreamID.rootStream
    /// Number of streams whose clients wait for the server.
    private var served = 0
    private var isEnding = false

    init(idle: TimeAmount, turnstile: Turnstile) { (self.idle, self.turnstile) = (idle, turnstile) }

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
        watch()
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        timer?.cancel()
        self.context = nil
    }

    func channelInactive(context: ChannelHandlerContext) {
        timer?.cancel()
        context.fireChannelInactive()
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        guard event is ChannelShouldQuiesceEvent else { return context.fireUserInboundEventTriggered(event) }
        isEnding = true
        if open == 0 { return end() }
        // Requests that are on their way are answered as well.
        goAway(.maxID)
    }

    /// Records that a client waits for the server, or no longer does.
    func changeServed(by difference: Int) {
        served += difference
        turnstile.seat?.setServed(served > 0)
    }

    /// Records that a complete answer was sent.
    func wasAnswered() { turnstile.seat?.wasAnswered() }

    fileprivate func began(_ id: HTTP2StreamID) {
        timer?.cancel()
        timer = nil
        open += 1
        last = id
    }

    fileprivate func ended() {
        open -= 1
        guard open == 0 else { return }
        guard isEnding, let context else { return watch() }
        // The stream's last frame is still to be written.
        let bound = NIOLoopBound(self, eventLoop: context.eventLoop)
        context.eventLoop.execute {
            if bound.value.open == 0 { bound.value.end() }
        }
    }

    private func watch() {
        guard let context else { return }
        let bound = NIOLoopBound(self, eventLoop: context.eventLoop)
        timer = context.eventLoop.scheduleTask(in: idle) { bound.value.end() }
    }

    private func end() {
        goAway(last)
        context?.close(promise: nil)
    }

    /// - Parameter last: the last request that is answered; clients repeat those behind it elsewhere.
    private func goAway(_ last: HTTP2StreamID) {
        guard let context else { return }
        let frame = HTTP2Frame(
            streamID: .rootStream, payload: .goAway(lastStreamID: last, errorCode: .noError, opaqueData: nil))
        context.writeAndFlush(wrapOutboundOut(frame), promise: nil)
    }

    /// Receives the begin and the end of each stream.
    struct Delegate: NIOHTTP2StreamDelegate {
        private let streams: NIOLoopBound<Streams>

        init(_ streams: Streams, _ loop: any EventLoop) { self.streams = NIOLoopBound(streams, eventLoop: loop) }

        func streamCreated(_ id: HTTP2StreamID, channel: any Channel) { streams.value.began(id) }
        func streamClosed(_ id: HTTP2StreamID, channel: any Channel) { streams.value.ended() }
    }
}
