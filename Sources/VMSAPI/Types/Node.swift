/// A host, with the paper's fields for its registration.
public struct Node: Message {
    public var nodeName = ""
    public var nodePK: String?
    public var ip: [String] = []
    public var memory: Int64?
    public var uri: String?
    public var trustOnFirstUse: Bool?
    public var state: NodeState?
    public var since: Instant?
    public var reason: String?
    public var maintenance: Instant?
    public var storagePool: String?
    public var underlay: String?

    public init() {}

    public static let schema = Schema<Self>("A host of the substrate.") {
        Field(
            "NodeName", \.nodeName, "Registered name; without IP and uri also its address.", .maxLength(253)
        )
        Field(
            "NodePK", \.nodePK, "Its SSH host key, one line as in known_hosts without the host's name.",
            .alias("publicKey"), .maxLength(16384))
        Field("IP", \.ip, "Its addresses, tried in this order.", .alias("ip"), .maxLength(253), .items(0...16))
        Field("Memory", \.memory, "Memory as the operator states it.", .unit("MiB"), .range(0...1_073_741_824))
        Field(
            "uri", \.uri, "libvirt connection URI; default: SSH to the first address that answers.",
            .alias("URI"), .maxLength(1024))
        Field("trustOnFirstUse", \.trustOnFirstUse, "Accept and pin the key that the host presents now.")
        Field("state", \.state, "In answers: whether it answers.")
        Field("since", \.since, "In answers: time of the last change of state.")
        Field("reason", \.reason, "In answers: why it does not answer.")
        Field(
            "maintenance", \.maintenance,
            "In answers: when it stopped accepting new machines; left out while it accepts them.")
        Field(
            "storagePool", \.storagePool,
            "Storage pool for the volumes of its machines; default: a writable one with free space, 'default' first.",
            .maxLength(255))
        Field(
            "underlay", \.underlay,
            "Its own numeric address at which other hosts reach it for links of virtual networks; default: one that VMS chooses.",
            .maxLength(64))
    }
}
