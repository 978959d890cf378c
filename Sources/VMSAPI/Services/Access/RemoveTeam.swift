/// Removes a team that owns nothing.
public struct RemoveTeam: Service {
    public typealias Response = RemoveTeamResponse

    public var team = ""

    public init() {}

    public static let access = Access<Self>(.admin, on: .server)

    public static let schema = Schema<Self>("Removes a team that owns nothing.") {
        Field("team", \.team, "Name.", .maxLength(63))
    }
}

/// The response of `removeTeam`.
public struct RemoveTeamResponse: Message {
    public var result = "SUCCESS"

    public init() {}

    public static let schema = Schema<Self>("The team was removed.") {
        Field("result", \.result, "Always SUCCESS; every failure is a fault.")
    }
}
