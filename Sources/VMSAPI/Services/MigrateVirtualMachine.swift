/// Moves a running machine to another host.
public struct MigrateVirtualMachine: Service, AskedMove {
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

    public static let schema = Schema<Self>(
        "Moves a running machine, with its disk and its links, to another host and proves that it answers there, or leaves it where it is and faults."
    ) {
        Field(
            "sourcePhyServer", \.sourcePhyServer, "Host that carries it: registered name, or one of its addresses.",
            .maxLength(253))
        Field(
            "destPhyServer", \.destPhyServer, "Host that is to carry it: registered name, or one of its addresses.",
            .maxLength(253))
        Field("vmName", \.vmName, "Name of the virtual machine.", .alias("VMName"), .maxLength(255))
        moveFields
        Field(
            "waitFor", \.waitFor,
            "What to wait for there; the links of a virtual network's router are proven whatever it says.", .optional)
        Field("async", \.async, "Return at once with the operation's id instead of waiting for its end.")
    }
}

/// What `migrateVirtualMachine` answers.
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
        "The machine, up and answering on its new host (or its operation, with async)."
    ) {
        Field("result", \.result, "SUCCESS; whatever goes wrong is a fault.")
        Field("operation", \.operation, "Id of the operation that did it.")
        Field("vmName", \.vmName, "Its name.")
        Field("phyServer", \.phyServer, "The host that carries it now.")
        Field(
            "downtimeMs", \.downtimeMs,
            "How long it stood still, as its hypervisor measured it; not told by every hypervisor.", .unit("ms"))
        Field(
            "link", \.link,
            "What got lost of packets that crossed its links meanwhile, one each 20 ms; a link without addresses is left out."
        )
        Field(
            "maxGapKept", \.maxGapKept,
            "With maxGap: whether every link's longest gap was within it; left out where none could be measured.")
        Field(
            "transferredBytes", \.transferredBytes,
            "Bytes sent for it: image and seed, where the host lacked them, and what was copied of memory and disk.",
            .unit("bytes"))
        Field("phase", \.phase, "Time spent on each phase.")
    }
}
