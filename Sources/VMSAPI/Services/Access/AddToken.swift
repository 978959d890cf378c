/// Makes a token for a user. Its text is in the answer, and nowhere else.
public struct AddToken: Service {
    public typealias Response = AddTokenResponse

    public var user: String?
    public var days = Int32(90)
    public var role: AccessRole?
    public var networkName: [String] = []
    public var service: [String] = []
    public var source: [String] = []
    public var note: String?

    public init() {}

    public static let access = Access<Self>(.admin, on: .principal(\.user))

    public static let schema = Schema<Self>("Makes a token for a user. Its text is in the answer, and nowhere else.") {
        Field("user", \.user, "The user; by default the caller.", .maxLength(63))
        Field("days", \.days, "Days until it expires.", .optional, .range(1...3650))
        Field("role", \.role, "Its highest role.")
        Field(
            "networkName", \.networkName, "The only networks on which it has rights.", .maxLength(255), .items(0...1000)
        )
        Field("service", \.service, "The only services that it may call.", .maxLength(64), .items(0...100))
        Field(
            "source", \.source, "The only addresses from which it may be used, each as ADDRESS/LENGTH.", .maxLength(64),
            .items(0...100))
        Field("note", \.note, "Its purpose.", .maxLength(255))
    }
}

/// The response of `addToken`.
public struct AddTokenResponse: Message {
    public var result = "SUCCESS"
    public var token: AccessToken?
    public var text: String?

    public init() {}

    public static let schema = Schema<Self>("The token.") {
        Field("result", \.result, "Always SUCCESS; every failure is a fault.")
        Field("token", \.token, "The token.")
        Field("text", \.text, "The text to send as credential. Keep it secret.")
    }
}
