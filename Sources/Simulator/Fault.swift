package import Model

/// A failure of one call, for scripts of tests; it depends on neither chance nor time.
package struct Fault: Sendable {
    package enum Call: Sendable, Equatable { case perform, undo }
    package enum Moment: Sendable, Equatable, CaseIterable {
        /// The call fails before it changes the host.
        case before
        /// The call changes the host, and its answer is lost.
        case after
    }
    package enum Kind: Sendable, Equatable {
        case refuse(Refusal)
        /// The call does not answer until its caller cancels it.
        case hang
    }

    package var call: Call
    /// The number of the failing call: calls of that kind about one host are counted from 1, since the script was set.
    package var number: Int
    package var moment: Moment
    package var kind: Kind
    /// How many consecutive calls fail.
    package var times: Int
    package var host: String

    package init(
        _ call: Call, _ number: Int, _ moment: Moment, _ kind: Kind, times: Int = 1, on host: String = "h1"
    ) {
        self.call = call
        self.number = number
        self.moment = moment
        self.kind = kind
        self.times = times
        self.host = host
    }
}
