/// Moves routers of a virtual network to other hosts.
public struct MigrateVirtualNetwork: Service, AskedMove {
    public typealias Response = MigrateVirtualNetworkResponse

    public var networkName = ""
    public var router: [RouterPlace] = []
    public var phyServer: String?
    public var live = true
    public var bandwidth: Int32?
    public var maxDowntime: Int32?
    public var deadline: Int32?
    public var onDeadline = OnDeadline.abort
    public var maxGap: Int32?
    public var dryRun: Bool?
    public var async: Bool?

    public init() {}

    public static let schema = Schema<Self>(
        "Moves routers of a network to other hosts, one after the other, the network proven after each: all of them, or none. Routers without which the others still reach each other go first."
    ) {
        Field("networkName", \.networkName, "Name of the network.", .maxLength(255))
        Field("router", \.router, "Routers and the hosts that are to carry them.", .items(0...1024))
        Field(
            "phyServer", \.phyServer, "Host of every router that is not named; without it they stay where they are.",
            .maxLength(253))
        moveFields
        Field("dryRun", \.dryRun, "Only tell what would be moved, and in which order.", .neverEmpty)
        Field("async", \.async, "Return at once with the operation's id instead of waiting for its end.")
    }
}

/// What `migrateVirtualNetwork` answers.
public struct MigrateVirtualNetworkResponse: Message {
    public var result = "SUCCESS"
    public var dryRun: Bool?
    public var operation: String?
    public var networkName: String?
    public var vm: [MovedMachine] = []
    public var maxGapKept: Bool?
    public var transferredBytes: Int64?
    public var phase: [Phase] = []

    public init() {}

    public static let schema = Schema<Self>(
        "The routers that moved, the network proven (or its operation, with async; or what would be done, with dryRun)."
    ) {
        Field("result", \.result, "SUCCESS; whatever goes wrong is a fault.")
        Field("dryRun", \.dryRun, "true: this was only told, and nothing was done; false: it was done.")
        Field("operation", \.operation, "Id of the operation that did it; left out when there was nothing to do.")
        Field("networkName", \.networkName, "Name of the network.")
        Field("vm", \.vm, "Its routers that moved, or would, in their order.")
        Field(
            "maxGapKept", \.maxGapKept,
            "With maxGap: whether the longest gap on every link was within it; left out where none could be measured.")
        Field(
            "transferredBytes", \.transferredBytes, "Bytes sent for it: images, seeds, memory, disks.", .unit("bytes"))
        Field("phase", \.phase, "Time spent on each stage.")
    }
}
