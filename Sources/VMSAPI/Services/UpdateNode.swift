/// Changes how a registered host is reached, and what is told of it.
public struct UpdateNode: Service {
    public typealias Response = UpdateNodeResponse

    public var nodeName = ""
    public var nodePK: String?
    public var ip: [String] = []
    public var memory: Int64?
    public var uri: String?
    public var trustOnFirstUse: Bool?
    public var storagePool: String?
    public var underlay: String?

    public init() {}

    public static let schema = Schema<Self>(
        "Gives a registered host another key, other addresses or another uri, such as after it was installed anew. It is contacted as by registerNodes first, and stays as it was when that fails. What is left out stays."
    ) {
        Field(
            "NodeName", \.nodeName, "The host: registered name, or one of its addresses.", .alias("phyServer"),
            .maxLength(253))
        Field(
            "NodePK", \.nodePK, "Its SSH host key from now on, one line as in known_hosts without the host's name.",
            .alias("publicKey"), .maxLength(16384))
        Field(
            "IP", \.ip, "All its addresses from now on, tried in this order.", .alias("ip"), .maxLength(253),
            .items(0...16))
        Field("Memory", \.memory, "Memory as the operator states it.", .unit("MiB"), .range(0...1_073_741_824))
        Field("uri", \.uri, "Its libvirt connection URI from now on.", .alias("URI"), .maxLength(1024))
        Field(
            "trustOnFirstUse", \.trustOnFirstUse,
            "Accept and pin the key which the host shows now, in place of the old one.")
        Field(
            "storagePool", \.storagePool,
            "Storage pool that new machines' volumes go to from now on; empty leaves the choice to VMS again.",
            .maxLength(255))
        Field(
            "underlay", \.underlay,
            "Its own address, as a number, under which other hosts reach it for links of virtual networks from now on; empty leaves the choice to VMS again. Links that are there keep theirs until applyVirtualNetwork.",
            .maxLength(64))
    }
}

/// What `updateNode` answers.
public struct UpdateNodeResponse: Message {
    public var result = "SUCCESS"
    public var node: Node?

    public init() {}

    public static let schema = Schema<Self>("The host as it is registered now.") {
        Field("result", \.result, "SUCCESS; whatever goes wrong is a fault, and the host is registered as it was.")
        Field("Node", \.node, "The host.")
    }
}
