/// A machine of a host that was shut down.
public struct LeftMachine: Message {
    public var vmName = ""
    public var networkName: String?
    public var became = MachineFate.off
    public var phyServer = ""
    public var operation: String?
    public var downtimeMs: Int64?
    public var link: [LinkLoss] = []

    public init() {}

    public static let schema = Schema<Self>("A machine of a host that was shut down.") {
        Field("vmName", \.vmName, "Its name.")
        Field("networkName", \.networkName, "The virtual network it is a router of.")
        Field("became", \.became, "What became of it.")
        Field("phyServer", \.phyServer, "The host that it is on now.")
        Field("operation", \.operation, "Id of the operation that moved or stopped it.")
        Field("downtimeMs", \.downtimeMs, "How long it stood still while it moved.", .unit("ms"))
        Field("link", \.link, "What got lost meanwhile on each of its links.")
    }
}
