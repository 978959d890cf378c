internal import HummingbirdCore
internal import NIOCore
internal import NIOHTTP2
internal import NIOHTTPTypes
internal import Synchronization

/// A connection on its way from the event loop that accepted it to the task that serves it.
struct Accepted: ServerChildChannelValue {
    /// A connection's protocol: HTTP/1, or the streams of HTTP/2.
    typealias Version = NIONegotiatedHTTPVersion<Exchanges, NIOHTTP2Handler.AsyncStreamMultiplexer<Exchanges?>>

    let channel: any Channel
    /// Known after the TLS handshake; fails if there is none.
    let version: EventLoopFuture<Version>
}

/// Requests and answers: those of an HTTP/1 connection, or the one of an HTTP/2 stream.
///
/// A server that stops drops such channels, and `NIOAsyncChannel` ends the process if it is dropped without having been
/// closed (swift-nio, issue 2813).
final class Exchanges: Sendable {
    typealias Wrapped = NIOAsyncChannel<HTTPRequestPart, HTTPResponsePart>

    private let wrapped: Wrapped
    private let isServed = Atomic<Bool>(false)
    private let atEnd: @Sendable () -> Void

    /// - Parameter atEnd: called when the channel has been served, or dropped: a call may last longer than its channel.
    init(_ wrapped: Wrapped, atEnd: @escaping @Sendable () -> Void = {}) {
        (self.wrapped, self.atEnd) = (wrapped, atEnd)
    }

    /// The channel for the task that serves and closes it.
    func serve() -> Wrapped {
        isServed.store(true, ordering: .relaxed)
        return wrapped
    }

    deinit {
        atEnd()
        guard !isServed.load(ordering: .relaxed) else { return }
        let wrapped = wrapped
        Task { try? await wrapped.executeThenClose { _, _ in } }
    }
}
