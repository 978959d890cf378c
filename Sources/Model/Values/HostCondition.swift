package import FoundationEssentials

/// Whether a host answers, as far as the server knows without asking.
package struct HostCondition: Sendable, Equatable {
    package enum State: String, Sendable, Equatable {
        case up, unreachable
        /// It was shut down on purpose, by us.
        case down
        /// Nobody has heard of it since the server began.
        case unknown
    }

    package var state: State
    /// Since when it has been so.
    package var since: Date
    /// Why it does not answer.
    package var why: Refusal?

    package init(_ state: State, since: Date, why: Refusal? = nil) {
        self.state = state
        self.since = since
        self.why = why
    }
}
