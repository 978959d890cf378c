/// One line of what was found on a host that is to carry machines.
package struct HostCheck: Sendable, Equatable {
    package enum Verdict: String, Sendable, Equatable {
        case ok
        /// It works without, but something is not offered.
        case warning
        case missing
    }

    /// Short and stable, such as `ssh` or `bridge`.
    package var name: String
    package var verdict: Verdict
    package var found: String
    /// How to mend it; `nil` when nothing has to be.
    package var remedy: String?

    package init(_ name: String, _ verdict: Verdict, _ found: String, remedy: String? = nil) {
        self.name = name
        self.verdict = verdict
        self.found = found
        self.remedy = remedy
    }
}
