/// Removes a user, with its tokens and shares.
public struct RemoveUser: Service {
    public typealias Response = RemoveUserResponse

    public var user = ""

    public init() {}

    public static let access = Access<Self>(.admin, on: .server)

    public static let schema = Schema<Self>("Removes a user, with its tokens and shares.") {
        Field("user", \.user, "Name.", .maxLength(63))
    }
}

/// The response of `removeUser`.
public struct RemoveUserResponse: Message {
    public var result = "SUCCESS"

    public init() {}

    public static let schema = Schema<Self>("The user was removed.") {
        Field("result", \.result, "Always SUCCESS; every failure is a fault.")
    }
}
