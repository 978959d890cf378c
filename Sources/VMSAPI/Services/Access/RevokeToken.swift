/// Revokes a token: the next call with it is refused. Administrators may revoke any token.
public struct RevokeToken: Service {
    public typealias Response = RevokeTokenResponse

    public var token = ""

    public init() {}

    public static let access = Access<Self>(.viewer, on: .visible, changes: true)

    public static let schema = Schema<Self>(
        "Revokes a token: the next call with it is refused. Administrators may revoke any token."
    ) {
        Field("token", \.token, "Id of the token.", .maxLength(64))
    }
}

/// The response of `revokeToken`.
public struct RevokeTokenResponse: Message {
    public var result = "SUCCESS"

    public init() {}

    public static let schema = Schema<Self>("The token was revoked.") {
        Field("result", \.result, "Always SUCCESS; every failure is a fault.")
    }
}
