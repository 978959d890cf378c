/// Checks whether a host can carry machines.
public struct CheckPhysicalServer: Service {
    public typealias Response = CheckPhysicalServerResponse

    public var nodeName = ""
    public var nodePK: String?
    public var ip: [String] = []
    public var uri: String?
    public var trustOnFirstUse: Bool?

    public init() {}

    public static let access = Access<Self>(.admin, on: .server, changes: false)

    public static let schema = Schema<Self>(
        "Checks whether a host can carry machines, and lists what is missing and how to correct it. Changes nothing."
    ) {
        Field(
            "NodeName", \.nodeName,
            "The host: a registered one by its name or address alone; any other with the fields for its registration.",
            .maxLength(253))
        Field(
            "NodePK", \.nodePK, "Its SSH host key, one line as in known_hosts without the host's name.",
            .alias("publicKey"), .maxLength(16384))
        Field("IP", \.ip, "Its addresses, tried in this order.", .alias("ip"), .maxLength(253), .items(0...16))
        Field("uri", \.uri, "libvirt connection URI, for a host that is not reached over SSH.", .maxLength(1024))
        Field("trustOnFirstUse", \.trustOnFirstUse, "Accept the key that the host presents now.")
    }
}

/// The response of `checkPhysicalServer`.
public struct CheckPhysicalServerResponse: Message {
    public var result = "SUCCESS"
    public var ready = false
    public var check: [HostCheck] = []

    public init() {}

    public static let schema = Schema<Self>("The results of the checks.") {
        Field("result", \.result, "Always SUCCESS; problems of the host are in the checks.")
        Field("ready", \.ready, "Whether nothing is missing.")
        Field("check", \.check, "The checks, in the order in which they were made.")
    }
}
