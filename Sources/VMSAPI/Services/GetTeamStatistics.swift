public import FoundationEssentials

/// What the machines of teams used.
public struct GetTeamStatistics: Service {
    public typealias Response = GetTeamStatisticsResponse

    public var team: String?
    public var from: Instant?
    public var step: Int32?

    public init() {}

    public static let access = Access<Self>(.viewer, on: .visible)

    public static let schema = Schema<Self>(
        "What the machines of teams used together, also those that are gone: sums over a time, from the means of its "
            + "steps."
    ) {
        Field("team", \.team, "Only this team; by default all that the caller may see.", .maxLength(63))
        Field("from", \.from, "The begin of the time, at most 30 days ago; by default 30 days ago.")
        Field(
            "step", \.step, "The least step; the time begins and ends with a whole one.", .unit("seconds"),
            .range(1...3600))
    }
}

/// The response of `getTeamStatistics`.
public struct GetTeamStatisticsResponse: Message {
    public var result = "SUCCESS"
    public var team: [TeamUse] = []

    public init() {}

    public static let schema = Schema<Self>("The use of teams, by name.") {
        Field("result", \.result, "Always SUCCESS; every failure is a fault.")
        Field("team", \.team, "The teams.")
    }
}
