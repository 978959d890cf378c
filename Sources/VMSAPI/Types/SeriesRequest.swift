public import FoundationEssentials

/// A request of statistics, now or over time.
public protocol SeriesRequest: Service {
    /// `nil` for present figures only.
    var from: Instant? { get set }
    /// The least step, in seconds.
    var step: Int32? { get set }
}

extension SeriesRequest {
    static var seriesFields: [Field<Self>] {
        [
            Field(
                "from", \.from,
                "Return also the means of each step since then: the last hour, the last day at 5 minutes, the last 30 "
                    + "days at an hour."),
            Field("step", \.step, "With from: the least step.", .unit("seconds"), .range(1...3600)),
        ]
    }
}
