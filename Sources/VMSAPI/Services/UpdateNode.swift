/// Changes the registration of a host: key, addresses, uri and others.
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

    public static let access = Access<Self>(.admin, on: .server)

    public static let schema = Schema<Self>(
        "Gives a registered host another key, other addresses or another uri, for example after a new installation. VMS contacts it first, as registerNodes does, and changes nothing if that fails. Fields that are left out stay as they are."
    ) {
        Field(
            "NodeName", \.nodeName, "The host: registered name, or one of its addresses.", .alias("phyServer"),
            .maxLength(253))
        Field(
            "NodePK", \.nodePK, "Its new SSH host key, one line as in known_hosts without the host's name.",
            .alias("publicKey"), .maxLength(16384))
        Field(
            "IP", \.ip, "All its new addresses, tried in this order.", .alias("ip"), .maxLength(253),
            .items(0...16))
        Field("Memory", \.memory, "Memory as the operator states it.", .unit("MiB"), .range(0...1_073_741_824))
        Field("uri", \.uri, "Its new libvirt connection URI.", .alias("URI"), .maxLength(1024))
        Field(
            "trustOnFirstUse", \.trustOnFirstUse,
            "Accept and pin the key that the host presents now, in place of the old one.")
        Field(
            "storagePool", \.storagePool,
            "New storage pool for volumes of new machines; empty lets VMS choose again.",
            .maxLength(255))
        Field(
            "underlay", \.underlay,
            "Its new numeric address at which other hosts reach it for links of virtual networks; empty lets VMS choose again. Existing links keep theirs until applyVirtualNetwork.",
            .maxLength(64))
    }
}

/// The response of `updateNode`.
public struct UpdateNodeResponse: Message {
    public var result = "SUCCESS"
    public var node: Node?

    public init() {}

    public static let schema = Schema<Self>("The host's registration after the change.") {
        Field("result", \.result, "Always SUCCESS; every failure is a fault, and the registration stays as it was.")
        Field("Node", \.node, "The host.")
    }
}
