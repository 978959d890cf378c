/// Changes the roles of a user, its certificates, or disables it. What is left out stays.
public struct ChangeUser: Service {
    public typealias Response = ChangeUserResponse

    public var user = ""
    public var serverRole: AccessRole?
    public var noServerRole: Bool?
    public var team: [TeamRole] = []
    public var leaveTeam: [String] = []
    public var disabled: Bool?
    public var addCertificateKey: [String] = []
    public var removeCertificateKey: [String] = []

    public init() {}

    public static let access = Access<Self>(.admin, on: .server)

    public static let schema = Schema<Self>(
        "Changes the roles of a user, its certificates, or disables it. What is left out stays."
    ) {
        Field("user", \.user, "Name.", .maxLength(63))
        Field("serverRole", \.serverRole, "New role on the server.")
        Field("noServerRole", \.noServerRole, "true takes the role on the server away.")
        Field("team", \.team, "New roles in teams.", .items(0...1000))
        Field("leaveTeam", \.leaveTeam, "Teams that the user leaves.", .maxLength(63), .items(0...1000))
        Field("disabled", \.disabled, "Whether its calls are refused.")
        Field(
            "addCertificateKey", \.addCertificateKey,
            "SHA-256 digests of public keys of client certificates to register.", .maxLength(64), .items(0...16))
        Field("removeCertificateKey", \.removeCertificateKey, "Digests to remove.", .maxLength(64), .items(0...16))
    }
}

/// The response of `changeUser`.
public struct ChangeUserResponse: Message {
    public var result = "SUCCESS"
    public var user: User?

    public init() {}

    public static let schema = Schema<Self>("The user.") {
        Field("result", \.result, "Always SUCCESS; every failure is a fault.")
        Field("user", \.user, "The user.")
    }
}
