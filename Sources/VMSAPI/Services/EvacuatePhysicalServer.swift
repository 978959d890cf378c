/// Moves every machine of a host to other hosts.
public struct EvacuatePhysicalServer: Service, MigrationRequest {
    public typealias Response = EvacuatePhysicalServerResponse

    public var phyServer = ""
    public var live = true
    public var bandwidth: Int32?
    public var maxDowntime: Int32?
    public var deadline: Int32?
    public var onDeadline = OnDeadline.abort
    public var maxGap: Int32?
    public var atOnce: Int32 = 2
    public var dryRun: Bool?

    public init() {}

    public static let access = Access<Self>(.admin, on: .server)

    public static let schema = Schema<Self>(
        "Moves every machine of a host to hosts with enough capacity, several at a time, and proves each; the host accepts no new machines from then on."
    ) {
        Field("phyServer", \.phyServer, "Host: registered name, or one of its addresses.", .maxLength(253))
        moveFields
        Field(
            "atOnce", \.atOnce, "How many machines move at the same time; of a network, always one at a time.",
            .range(1...100),
            .optional)
        Field(
            "dryRun", \.dryRun, "Only report the planned moves; the host keeps accepting new machines.",
            .neverEmpty)
    }
}

/// The response of `evacuatePhysicalServer`.
public struct EvacuatePhysicalServerResponse: Message {
    public var result = "SUCCESS"
    public var dryRun: Bool?
    public var empty = false
    public var vm: [EvacuatedMachine] = []
    public var network: [NetworkLoss] = []

    public init() {}

    public static let schema = Schema<Self>("The result for each machine of the host, or the planned one with dryRun.")
    {
        Field("result", \.result, "Always SUCCESS; a failure of the host is a fault.")
        Field("dryRun", \.dryRun, "true: only planned, nothing was changed; false: carried out.")
        Field("empty", \.empty, "Whether the host has no machine managed by VMS any more.")
        Field("vm", \.vm, "Its machines, by network, the largest first.")
        Field("network", \.network, "Packets lost by each network's routers together during the moves.")
    }
}
