/// Counters that go on when their source begins anew: after a restart of the machine, or a migration, whose destination
/// counts from zero.
package struct RunningTotal<Name: FigureName>: Sendable, Equatable, Codable {
    /// Present values, and the totals of all runs.
    package private(set) var figures = Figures<Name>()
    /// The counters as last reported.
    private var last = Figures<Name>()

    package init() {}

    /// Adds what a host reports.
    ///
    /// - Parameter isSameRun: whether the counters continue those of the last report. Counters that became smaller begin
    ///   anew in any case.
    package mutating func take(_ reported: Figures<Name>, isSameRun: Bool) {
        for name in Name.allCases {
            guard let value = reported[name] else {
                // A total stays: the counter may be reported again.
                if !name.isCounter { figures[name] = nil }
                continue
            }
            guard name.isCounter else {
                figures[name] = value
                continue
            }
            let before = isSameRun ? last[name] ?? 0 : 0
            figures[name] = (figures[name] ?? 0).plus(value >= before ? value.minus(before) : value)
            last[name] = value
        }
    }
}
