/// Moves routers of a virtual network to other hosts.
public struct MigrateVirtualNetwork: Service, MigrationRequest {
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

    public static let access = Access<Self>(.operator, on: .network(\.networkName))

    public static let schema = Schema<Self>(
        "Moves routers of a network to other hosts, one after the other, and proves the network after each: all of them move, or none. Routers whose absence does not split the network move first."
    ) {
        Field("networkName", \.networkName, "Name of the network.", .maxLength(255))
        Field("router", \.router, "Routers and their destination hosts.", .items(0...1024))
        Field(
            "phyServer", \.phyServer, "Destination host of every router that is not named; without it they stay.",
            .maxLength(253))
        moveFields
        Field("dryRun", \.dryRun, "Only report the planned moves and their order.", .neverEmpty)
        Field("async", \.async, "Return immediately with the operation's id instead of waiting for its end.")
    }
}

/// The response of `migrateVirtualNetwork`.
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
        "The routers that moved, the network proven (or its operation, with async; or the plan, with dryRun)."
    ) {
        Field("result", \.result, "Always SUCCESS; every failure is a fault.")
        Field("dryRun", \.dryRun, "true: only planned, nothing was changed; false: carried out.")
        Field("operation", \.operation, "Id of the operation; left out when there was nothing to do.")
        Field("networkName", \.networkName, "Name of the network.")
        Field("vm", \.vm, "The routers that moved, or would move with dryRun, in order.")
        Field(
            "maxGapKept", \.maxGapKept,
            "With maxGap: whether the longest gap on every link was within it; left out if no gap could be measured.")
        Field(
            "transferredBytes", \.transferredBytes, "Bytes sent: images, seeds, memory, disks.", .unit("bytes"))
        Field("phase", \.phase, "Time of each stage.")
    }
}
