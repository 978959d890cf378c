/// The kind of a principal.
public enum UserKind: String, WireEnum {
    /// A person.
    case user
    /// A program.
    case service
}

/// A role in a team.
public struct TeamRole: Message {
    public var team = ""
    public var role = AccessRole.viewer

    public init() {}

    public static let schema = Schema<Self>("A role in a team.") {
        Field("team", \.team, "Name of the team.", .maxLength(63))
        Field("role", \.role, "The role.")
    }
}

/// A user or a service, with its roles.
public struct User: Message {
    public var user = ""
    public var kind = UserKind.user
    public var serverRole: AccessRole?
    public var team: [TeamRole] = []
    public var disabled = false
    public var certificateKey: [String] = []
    public var created: Instant?

    public init() {}

    public static let schema = Schema<Self>("A user or a service, with its roles.") {
        Field("user", \.user, "Name.")
        Field("kind", \.kind, "Person or program.")
        Field("serverRole", \.serverRole, "Role on the whole server; left out for none.")
        Field("team", \.team, "Role in each of its teams.")
        Field("disabled", \.disabled, "Whether its calls are refused.")
        Field("certificateKey", \.certificateKey, "SHA-256 digests of the public keys of its client certificates.")
        Field("created", \.created, "When it was added.")
    }
}

/// A team, with the limits on what it owns.
public struct Team: Message {
    public var team = ""
    public var created: Instant?

    public init() {}

    public static let schema = Schema<Self>("A team: the owner of machines, networks and images.") {
        Field("team", \.team, "Name.")
        Field("created", \.created, "When it was added.")
    }
}

/// A token, without its secret.
public struct AccessToken: Message {
    public var token = ""
    public var user = ""
    public var created: Instant?
    public var expires: Instant?
    public var lastUsed: Instant?
    public var note: String?
    public var role: AccessRole?
    public var networkName: [String] = []
    public var service: [String] = []
    public var source: [String] = []

    public init() {}

    public static let schema = Schema<Self>("A token, without its secret.") {
        Field("token", \.token, "Id, by which it is revoked.")
        Field("user", \.user, "The user whose calls it proves.")
        Field("created", \.created, "When it was added.")
        Field("expires", \.expires, "When it stops being valid.")
        Field("lastUsed", \.lastUsed, "The last call with it, to the minute; left out for none.")
        Field("note", \.note, "Its purpose.")
        Field("role", \.role, "Its highest role; left out for that of the user.")
        Field("networkName", \.networkName, "The only networks on which it has rights; none means no limit.")
        Field("service", \.service, "The only services that it may call; none means no limit.")
        Field("source", \.source, "The only addresses from which it may be used; none means no limit.")
    }
}

/// Rights on a network, given to a user or to the members of a team.
public struct NetworkShare: Message {
    public var networkName = ""
    public var user: String?
    public var team: String?
    public var role = AccessRole.viewer
    public var until: Instant?

    public init() {}

    public static let schema = Schema<Self>("Rights on a network, given to a user or to the members of a team.") {
        Field("networkName", \.networkName, "Name of the network.")
        Field("user", \.user, "The user.")
        Field("team", \.team, "The team; each member has at most its own role in that team.")
        Field("role", \.role, "The role on the network.")
        Field("until", \.until, "When the share ends; left out for never.")
    }
}

/// One limit of a team, with what is used of it.
public struct QuotaLimit: Message {
    public var name = ""
    public var limit: Int64?
    public var used: Int64 = 0
    public var unit: String?

    public init() {}

    public static let schema = Schema<Self>("One limit of a team, with what is used of it.") {
        Field("name", \.name, "machines, vcpus, memory, disk, networks, bandwidth, operations or moves.")
        Field("limit", \.limit, "The limit; left out for none.")
        Field("used", \.used, "What the team uses, or, of moves, did within the last hour.")
        Field("unit", \.unit, "Unit of both numbers.")
    }
}
