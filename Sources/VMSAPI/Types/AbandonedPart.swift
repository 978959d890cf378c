public import FoundationEssentials

/// A machine or a link's part that was abandoned with a host that did not answer.
public struct AbandonedPart: Message {
    public var part = AbandonedKind.machine
    public var name = ""
    public var networkName: String?
    public var phyServer = ""
    public var since = Instant(timeIntervalSince1970: 0)
    public var uuid = ""
    public var vmIP: String?
    public var macAddress: [String] = []
    public var vni: Int32?
    public var seenOn: String?
    public var seen: Instant?

    public init() {}

    public static let schema = Schema<Self>(
        "A machine or a link's part that was abandoned with a host that did not answer: whether it still exists is unknown until it is found again."
    ) {
        Field("part", \.part, "What it is.")
        Field("name", \.name, "Its name: a machine's, or a link's in its network.")
        Field("networkName", \.networkName, "Its virtual network.")
        Field("phyServer", \.phyServer, "Its host, by the registered name at that time.")
        Field("since", \.since, "When it was abandoned.")
        Field("uuid", \.uuid, "UUID of the machine, or of the link's libvirt network.")
        Field("vmIP", \.vmIP, "The machine's address; it may be in use by another machine.")
        Field("macAddress", \.macAddress, "Its MAC addresses; no new machine gets them.")
        Field("vni", \.vni, "The link's VXLAN network identifier; no new link gets it.")
        Field("seenOn", \.seenOn, "The host on which it was found again.")
        Field("seen", \.seen, "When it was found again.")
    }
}
