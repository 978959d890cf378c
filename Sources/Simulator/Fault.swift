package import Model

/// What goes wrong, and when: a script for tests, without chance and without clocks.
package struct Fault: Sendable {
    package enum Call: Sendable, Equatable { case perform, undo }
    package enum Moment: Sendable, Equatable, CaseIterable {
        /// The host was not touched.
        case before
        /// It was done, and the answer was lost.
        case after
    }
    package enum Kind: Sendable, Equatable {
        case refuse(Refusal)
        /// No answer until the caller gives up.
        case hang
    }

    package var call: Call
    /// Counts calls of that kind about one host from 1, since the script was set.
    package var number: Int
    package var moment: Moment
    package var kind: Kind
    /// How many calls in a row it strikes.
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
