/// Moves a running machine to another host.
public struct MigrateVirtualMachine: Service, MigrationRequest {
    public typealias Response = MigrateVirtualMachineResponse

    public var sourcePhyServer = ""
    public var destPhyServer = ""
    public var vmName = ""
    public var live = true
    public var bandwidth: Int32?
    public var maxDowntime: Int32?
    public var deadline: Int32?
    public var onDeadline = OnDeadline.abort
    public var maxGap: Int32?
    public var waitFor = WaitFor.address
    public var async: Bool?

    public init() {}

    public static let access = Access<Self>(
        .operator, on: .machine(name: \.vmName, host: \.sourcePhyServer, isSource: true))

    public static let schema = Schema<Self>(
        "Moves a running machine, with its disk and its links, to another host and proves that it answers there, or leaves it where it is and faults."
    ) {
        Field(
            "sourcePhyServer", \.sourcePhyServer, "Source host: registered name, or one of its addresses.",
            .maxLength(253))
        Field(
            "destPhyServer", \.destPhyServer, "Destination host: registered name, or one of its addresses.",
            .maxLength(253))
        Field("vmName", \.vmName, "Name of the virtual machine.", .alias("VMName"), .maxLength(255))
        moveFields
        Field(
            "waitFor", \.waitFor,
            "The condition for success on the destination; the links of a virtual network's router are always proven.",
            .optional)
        Field("async", \.async, "Return immediately with the operation's id instead of waiting for its end.")
    }
}

/// The response of `migrateVirtualMachine`.
public struct MigrateVirtualMachineResponse: Message {
    public var result = "SUCCESS"
    public var operation: String?
    public var vmName: String?
    public var phyServer: String?
    public var downtimeMs: Int64?
    public var link: [LinkLoss] = []
    public var maxGapKept: Bool?
    public var transferredBytes: Int64?
    public var phase: [Phase] = []

    public init() {}

    public static let schema = Schema<Self>(
        "The machine, running and answering on its new host (or its operation, with async)."
    ) {
        Field("result", \.result, "Always SUCCESS; every failure is a fault.")
        Field("operation", \.operation, "Id of the operation.")
        Field("vmName", \.vmName, "Its name.")
        Field("phyServer", \.phyServer, "Its host after the move.")
        Field(
            "downtimeMs", \.downtimeMs,
            "Pause of the machine, as its hypervisor measured it; not every hypervisor reports it.", .unit("ms"))
        Field(
            "link", \.link,
            "Packets lost on each of its links during the move, with one packet sent each 20 ms; a link without addresses is left out."
        )
        Field(
            "maxGapKept", \.maxGapKept,
            "With maxGap: whether every link's longest gap was within it; left out if no gap could be measured.")
        Field(
            "transferredBytes", \.transferredBytes,
            "Bytes sent for it: image and seed where the host lacked them, and its memory and disk.",
            .unit("bytes"))
        Field("phase", \.phase, "Time of each phase.")
    }
}
