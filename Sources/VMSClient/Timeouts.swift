/// Time limits of a client's calls.
public struct Timeouts: Sendable, Equatable {
    /// Limit for a connection to the server.
    public var connect: Duration
    /// Limit for the whole answer to a call; `nil` means no limit, because a service such as `createVirtualMachine`
    /// answers only when the machine does.
    public var answer: Duration?

    public init(connect: Duration = .seconds(5), answer: Duration? = nil) {
        self.connect = connect
        self.answer = answer
    }
}
