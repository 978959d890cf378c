/// Reports the caller: the credential, the rights that hold, and why.
public struct WhoAmI: Service {
    public typealias Response = WhoAmIResponse

    public init() {}

    public static let access = Access<Self>(.viewer, on: .visible)

    public static let schema = Schema<Self>("Reports the caller: the credential, the rights that hold, and why.") {}
}

/// The response of `whoAmI`.
public struct WhoAmIResponse: Message {
    public var result = "SUCCESS"
    public var user: User?
    public var credential = ""
    public var token: AccessToken?
    public var share: [NetworkShare] = []
    public var right: [String] = []

    public init() {}

    public static let schema = Schema<Self>("The caller.") {
        Field("result", \.result, "Always SUCCESS; every failure is a fault.")
        Field("user", \.user, "The user, with its roles.")
        Field(
            "credential", \.credential,
            "The kind of credential: token, certificate, session (of a browser, with a token or a certificate behind it), "
                + "or local (the server is reached from its own machine only).")
        Field("token", \.token, "The token, with its limits.")
        Field("share", \.share, "Shares that give the caller rights.")
        Field("right", \.right, "The rights that hold, each with its reason, in words.")
    }
}
