public import FoundationEssentials

/// An event of a host, or of a machine or network that VMS manages.
public struct Event: Message {
    public var number: Int64 = 0
    public var time = Instant(timeIntervalSince1970: 0)
    public var kind = EventKind.nodeUp
    public var phyServer = ""
    public var vmName: String?
    public var networkName: String?
    public var reason = ""

    public init() {}

    public static let schema = Schema<Self>("An event of a host, or of a machine or network managed by VMS.") {
        Field("number", \.number, "Number of the event, in the order of detection.")
        Field("time", \.time, "Time of detection.")
        Field("kind", \.kind, "Kind of the event.")
        Field("phyServer", \.phyServer, "The host; for the verification of a network, the host that came back.")
        Field("vmName", \.vmName, "The machine; left out for an event of the host itself, or of a network.")
        Field("networkName", \.networkName, "The network, for an event of one.")
        Field("reason", \.reason, "The event in words, for people.")
    }
}
