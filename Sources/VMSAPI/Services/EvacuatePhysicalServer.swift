/// Moves every machine of a host to other hosts.
public struct EvacuatePhysicalServer: Service, AskedMove {
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

    public static let schema = Schema<Self>(
        "Moves every machine of a host to where it fits, a few at once, each proven; the host takes no new machines from then on."
    ) {
        Field("phyServer", \.phyServer, "Host: registered name, or one of its addresses.", .maxLength(253))
        moveFields
        Field(
            "atOnce", \.atOnce, "How many machines move at the same time; of one network never more than one.",
            .range(1...100),
            .optional)
        Field(
            "dryRun", \.dryRun, "Only tell what would be moved where; the host takes new machines as before.",
            .neverEmpty)
    }
}

/// What `evacuatePhysicalServer` answers.
public struct EvacuatePhysicalServerResponse: Message {
    public var result = "SUCCESS"
    public var dryRun: Bool?
    public var empty = false
    public var vm: [EvacuatedMachine] = []
    public var network: [NetworkLoss] = []

    public init() {}

    public static let schema = Schema<Self>("What became of each machine of the host, or would with dryRun.") {
        Field("result", \.result, "SUCCESS; whatever goes wrong with the host is a fault.")
        Field("dryRun", \.dryRun, "true: this was only told, and nothing was done; false: it was done.")
        Field("empty", \.empty, "Whether no machine of ours is left there.")
        Field("vm", \.vm, "Its machines, network by network, and the largest first.")
        Field("network", \.network, "What moves of each network's routers lost together.")
    }
}
