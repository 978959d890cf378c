/// Gives rights on a network to a user, or to the members of a team.
public struct ShareVirtualNetwork: Service {
    public typealias Response = ShareVirtualNetworkResponse

    public var networkName = ""
    public var user: String?
    public var team: String?
    public var role = AccessRole.viewer
    public var until: Instant?

    public init() {}

    public static let access = Access<Self>(.operator, on: .ownNetwork(\.networkName))

    public static let schema = Schema<Self>("Gives rights on a network to a user, or to the members of a team.") {
        Field("networkName", \.networkName, "Name of the network.", .maxLength(255))
        Field("user", \.user, "The user.", .maxLength(63))
        Field("team", \.team, "The team, in place of a user.", .maxLength(63))
        Field("role", \.role, "The role on the network.")
        Field("until", \.until, "When the share ends.")
    }
}

/// The response of `shareVirtualNetwork`.
public struct ShareVirtualNetworkResponse: Message {
    public var result = "SUCCESS"
    public var share: NetworkShare?

    public init() {}

    public static let schema = Schema<Self>("The share.") {
        Field("result", \.result, "Always SUCCESS; every failure is a fault.")
        Field("share", \.share, "The share.")
    }
}
