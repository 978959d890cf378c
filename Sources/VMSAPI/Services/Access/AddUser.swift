/// Adds a user or a service.
public struct AddUser: Service {
    public typealias Response = AddUserResponse

    public var user = ""
    public var kind = UserKind.user
    public var serverRole: AccessRole?
    public var team: [TeamRole] = []

    public init() {}

    public static let access = Access<Self>(.admin, on: .server)

    public static let schema = Schema<Self>("Adds a user or a service.") {
        Field("user", \.user, "Name: 1 to 63 small letters, digits, dots, hyphens or underscores.", .maxLength(63))
        Field("kind", \.kind, "Person or program; by default a person.", .optional)
        Field("serverRole", \.serverRole, "Role on the whole server; without it, rights in teams only.")
        Field("team", \.team, "Role in each of its teams.", .items(0...1000))
    }
}

/// The response of `addUser`.
public struct AddUserResponse: Message {
    public var result = "SUCCESS"
    public var user: User?

    public init() {}

    public static let schema = Schema<Self>("The user.") {
        Field("result", \.result, "Always SUCCESS; every failure is a fault.")
        Field("user", \.user, "The user.")
    }
}
