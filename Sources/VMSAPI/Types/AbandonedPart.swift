public import FoundationEssentials

/// Something that was given up with a host that did not answer.
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
        "Something that was given up with a host that did not answer: whether it is still there is not known until it is seen again."
    ) {
        Field("part", \.part, "What it is.")
        Field("name", \.name, "Its name: a machine's, or a link's in its network.")
        Field("networkName", \.networkName, "The virtual network that it was a part of.")
        Field("phyServer", \.phyServer, "The host that it was on, by its registered name at that time.")
        Field("since", \.since, "When it was given up.")
        Field("uuid", \.uuid, "UUID of the machine, or of the link's libvirt network.")
        Field("vmIP", \.vmIP, "The machine's address; others may have it by now.")
        Field("macAddress", \.macAddress, "Its MAC addresses, which no new machine gets.")
        Field("vni", \.vni, "The link's VXLAN network identifier, which no new link gets.")
        Field("seenOn", \.seenOn, "The host on which it was seen again.")
        Field("seen", \.seen, "When it was seen again.")
    }
}
