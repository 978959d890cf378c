package import FoundationEssentials

/// Whether a host answers, as far as the server knows without contacting it.
package struct HostCondition: Sendable, Equatable {
    package enum State: String, Sendable, Equatable {
        case up, unreachable
        /// The server shut it down on purpose.
        case down
        /// The server has not heard from it since the server's start.
        case unknown
    }

    package var state: State
    /// The time of the last change of state.
    package var since: Date
    /// The reason why the host does not answer.
    package var why: Refusal?

    package init(_ state: State, since: Date, why: Refusal? = nil) {
        self.state = state
        self.since = since
        self.why = why
    }
}
