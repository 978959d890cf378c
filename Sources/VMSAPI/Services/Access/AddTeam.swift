/// Adds a team.
public struct AddTeam: Service {
    public typealias Response = AddTeamResponse

    public var team = ""

    public init() {}

    public static let access = Access<Self>(.admin, on: .server)

    public static let schema = Schema<Self>("Adds a team.") {
        Field("team", \.team, "Name: 1 to 63 small letters, digits, dots, hyphens or underscores.", .maxLength(63))
    }
}

/// The response of `addTeam`.
public struct AddTeamResponse: Message {
    public var result = "SUCCESS"
    public var team: Team?

    public init() {}

    public static let schema = Schema<Self>("The team.") {
        Field("result", \.result, "Always SUCCESS; every failure is a fault.")
        Field("team", \.team, "The team.")
    }
}
