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
        Field("networkName", \.networkName, "Its virtual network.")
        Field("became", \.became, "The result for the machine.")
        Field("phyServer", \.phyServer, "Its host now.")
        Field("operation", \.operation, "Id of the operation that moved or stopped it.")
        Field("downtimeMs", \.downtimeMs, "Pause during the move.", .unit("ms"))
        Field("link", \.link, "Packets lost during the move, per link.")
    }
}
