/// Lists the teams that the caller may see.
public struct ListTeams: Service {
    public typealias Response = ListTeamsResponse

    public init() {}

    public static let access = Access<Self>(.viewer, on: .visible)

    public static let schema = Schema<Self>("Lists the teams that the caller may see.") {}
}

/// The response of `listTeams`.
public struct ListTeamsResponse: Message {
    public var result = "SUCCESS"
    public var team: [Team] = []

    public init() {}

    public static let schema = Schema<Self>("The teams, by name.") {
        Field("result", \.result, "Always SUCCESS; every failure is a fault.")
        Field("team", \.team, "The teams.")
    }
}
