public import FoundationEssentials

/// Something that happened to a host, or to a machine or a network of ours.
public struct Event: Message {
    public var number: Int64 = 0
    public var time = Instant(timeIntervalSince1970: 0)
    public var kind = EventKind.nodeUp
    public var phyServer = ""
    public var vmName: String?
    public var reason = ""

    public init() {}

    public static let schema = Schema<Self>("Something that happened to a host, or to a machine or a network of ours.")
    {
        Field("number", \.number, "Counts events in the order in which they were noticed.")
        Field("time", \.time, "When it was noticed.")
        Field("kind", \.kind, "What happened.")
        Field("phyServer", \.phyServer, "The host; of a network's verification, the host that came back.")
        Field("vmName", \.vmName, "The machine; left out when the host itself, or a network, is meant.")
        Field("reason", \.reason, "What happened, for people.")
    }
}
