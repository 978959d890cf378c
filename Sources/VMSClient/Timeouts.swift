/// How long a client waits.
public struct Timeouts: Sendable, Equatable {
    /// For a connection to the server.
    public var connect: Duration
    /// For the whole answer to a call; `nil` means for ever, because a service such as `createVirtualMachine` answers
    /// only when the machine does.
    public var answer: Duration?

    public init(connect: Duration = .seconds(5), answer: Duration? = nil) {
        self.connect = connect
        self.answer = answer
    }
}
