/// Looks whether a host can carry machines.
public struct CheckPhysicalServer: Service {
    public typealias Response = CheckPhysicalServerResponse

    public var nodeName = ""
    public var nodePK: String?
    public var ip: [String] = []
    public var uri: String?
    public var trustOnFirstUse: Bool?

    public init() {}

    public static let schema = Schema<Self>(
        "Looks whether a host can carry machines, and says line by line what is missing and how to mend it. Changes nothing."
    ) {
        Field(
            "NodeName", \.nodeName,
            "The host: a registered one by its name or address alone, any other as it would be registered.",
            .maxLength(253))
        Field(
            "NodePK", \.nodePK, "Its SSH host key, one line as in known_hosts without the host's name.",
            .alias("publicKey"), .maxLength(16384))
        Field("IP", \.ip, "Its addresses, tried in this order.", .alias("ip"), .maxLength(253), .items(0...16))
        Field("uri", \.uri, "libvirt connection URI, for a host that is not reached by SSH.", .maxLength(1024))
        Field("trustOnFirstUse", \.trustOnFirstUse, "Take the key which the host shows now as the right one.")
    }
}

/// What `checkPhysicalServer` answers.
public struct CheckPhysicalServerResponse: Message {
    public var result = "SUCCESS"
    public var ready = false
    public var check: [HostCheck] = []

    public init() {}

    public static let schema = Schema<Self>("What was found on the host.") {
        Field("result", \.result, "SUCCESS; whatever is wrong with the host stands in the checks.")
        Field("ready", \.ready, "Whether nothing is missing.")
        Field("check", \.check, "What was looked at, in this order.")
    }
}
