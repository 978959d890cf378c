/// The limits of a team, with what is used of them.
public struct GetQuota: Service {
    public typealias Response = GetQuotaResponse

    public var team = ""

    public init() {}

    public static let access = Access<Self>(.viewer, on: .team(\.team))

    public static let schema = Schema<Self>("The limits of a team, with what is used of them.") {
        Field("team", \.team, "Name of the team.", .maxLength(63))
    }
}

/// The response of `getQuota`.
public struct GetQuotaResponse: Message {
    public var result = "SUCCESS"
    public var quota: [QuotaLimit] = []

    public init() {}

    public static let schema = Schema<Self>("The limits.") {
        Field("result", \.result, "Always SUCCESS; every failure is a fault.")
        Field("quota", \.quota, "The limits.")
    }
}
