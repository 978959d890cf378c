/// One result of the check of a host that is to run machines.
package struct HostCheck: Sendable, Equatable {
    package enum Verdict: String, Sendable, Equatable {
        case ok
        /// The host works without it, but does not offer every function.
        case warning
        case missing
    }

    /// Short and stable, such as `ssh` or `bridge`.
    package var name: String
    package var verdict: Verdict
    package var found: Refusal.Words
    /// How to repair it; `nil` if nothing has to be repaired.
    package var remedy: Refusal.Words?

    package init(_ name: String, _ verdict: Verdict, _ found: String, remedy: String? = nil) {
        self.init(name, verdict, told: Refusal.Words(found), remedy: remedy.map { Refusal.Words($0) })
    }

    package init(_ name: String, _ verdict: Verdict, told found: Refusal.Words, remedy: Refusal.Words? = nil) {
        self.name = name
        self.verdict = verdict
        self.found = found
        self.remedy = remedy
    }
}
