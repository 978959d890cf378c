internal import HummingbirdCore
internal import NIOCore
internal import NIOHTTPTypes
internal import Synchronization

/// A connection on its way from the event loop that accepted it to the task that serves it.
///
/// A server that stops drops such connections, and `NIOAsyncChannel` ends the process if it is dropped without having
/// been closed (swift-nio, issue 2813).
final class Accepted: ServerChildChannelValue {
    typealias Wrapped = NIOAsyncChannel<HTTPRequestPart, HTTPResponsePart>

    private let wrapped: Wrapped
    private let isServed = Atomic<Bool>(false)

    init(_ wrapped: Wrapped) { self.wrapped = wrapped }

    var channel: any Channel { wrapped.channel }

    /// The connection for the task that serves and closes it.
    func serve() -> Wrapped {
        isServed.store(true, ordering: .relaxed)
        return wrapped
    }

    deinit {
        guard !isServed.load(ordering: .relaxed) else { return }
        let wrapped = wrapped
        Task { try? await wrapped.executeThenClose { _, _ in } }
    }
}
