/// Renames a team. Everything that it owns stays with it.
public struct RenameTeam: Service {
    public typealias Response = RenameTeamResponse

    public var team = ""
    public var newName = ""

    public init() {}

    public static let access = Access<Self>(.admin, on: .team(\.team))

    public static let schema = Schema<Self>("Renames a team. Everything that it owns stays with it.") {
        Field("team", \.team, "Name.", .maxLength(63))
        Field("newName", \.newName, "New name.", .maxLength(63))
    }
}

/// The response of `renameTeam`.
public struct RenameTeamResponse: Message {
    public var result = "SUCCESS"
    public var team: Team?

    public init() {}

    public static let schema = Schema<Self>("The team.") {
        Field("result", \.result, "Always SUCCESS; every failure is a fault.")
        Field("team", \.team, "The team.")
    }
}
