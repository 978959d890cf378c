/// Lists the tokens of a user, without their secrets.
public struct ListTokens: Service {
    public typealias Response = ListTokensResponse

    public var user: String?

    public init() {}

    public static let access = Access<Self>(.admin, on: .principal(\.user), changes: false)

    public static let schema = Schema<Self>("Lists the tokens of a user, without their secrets.") {
        Field("user", \.user, "The user; by default the caller.", .maxLength(63))
    }
}

/// The response of `listTokens`.
public struct ListTokensResponse: Message {
    public var result = "SUCCESS"
    public var token: [AccessToken] = []

    public init() {}

    public static let schema = Schema<Self>("The tokens, newest first.") {
        Field("result", \.result, "Always SUCCESS; every failure is a fault.")
        Field("token", \.token, "The tokens.")
    }
}
