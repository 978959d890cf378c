/// The end of a connection: a property to read, and a call that waits for it.
public struct Closing: Sendable {
    let shot = OneShot<CloseReason>()

    /// The reason why the connection ended; nil while it is open, as far as this side knows.
    public var reason: CloseReason? { shot.value }

    /// Waits for the end. Nil when the task is cancelled first.
    public func wait() async -> CloseReason? {
        await shot.wait()
    }
}
