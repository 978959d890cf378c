/// Lists users and services.
public struct ListUsers: Service {
    public typealias Response = ListUsersResponse

    public init() {}

    public static let access = Access<Self>(.admin, on: .server, changes: false)

    public static let schema = Schema<Self>("Lists users and services.") {}
}

/// The response of `listUsers`.
public struct ListUsersResponse: Message {
    public var result = "SUCCESS"
    public var user: [User] = []

    public init() {}

    public static let schema = Schema<Self>("The users, by name.") {
        Field("result", \.result, "Always SUCCESS; every failure is a fault.")
        Field("user", \.user, "The users.")
    }
}
