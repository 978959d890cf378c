/// The present load of a host.
public struct HostLoad: Message {
    public var phyServer = ""
    public var state: NodeState?
    public var cpuUse: Double?
    public var memoryUsed: Int64?
    public var memory: Int64?
    public var running: Int32?
    public var age: Int64?

    public init() {}

    public static let schema = Schema<Self>("The present load of a host; what is not reported is left out.") {
        Field("phyServer", \.phyServer, "Registered name of the host.")
        Field("state", \.state, "Whether it answers.")
        Field("cpuUse", \.cpuUse, "Use of all its CPUs.", .unit("%"))
        Field("memoryUsed", \.memoryUsed, "Memory that is not available to machines.", .unit("bytes"))
        Field("memory", \.memory, "Memory.", .unit("bytes"))
        Field("running", \.running, "Machines that run.")
        Field("age", \.age, "Time since its figures were read.", .unit("ms"))
    }
}

/// The present load of a machine.
public struct MachineLoad: Message {
    public var vmName = ""
    public var phyServer = ""
    public var networkName: String?
    public var cpuUse: Double?
    public var memoryUsed: Int64?
    public var memory: Int64?
    public var rxRate: Int64?
    public var txRate: Int64?
    public var readRate: Int64?
    public var writeRate: Int64?

    public init() {}

    public static let schema = Schema<Self>("The present load of a machine; what is not reported is left out.") {
        Field("vmName", \.vmName, "Name of the machine.")
        Field("phyServer", \.phyServer, "Registered name of its host.")
        Field("networkName", \.networkName, "Its virtual network.")
        Field("cpuUse", \.cpuUse, "Use of one CPU: 200 is two CPUs.", .unit("%"))
        Field(
            "memoryUsed", \.memoryUsed,
            "Memory that its guest uses, or that it occupies on its host if the guest does not report that.",
            .unit("bytes"))
        Field("memory", \.memory, "Memory that it has.", .unit("bytes"))
        Field("rxRate", \.rxRate, "Received.", .unit("bytes/s"))
        Field("txRate", \.txRate, "Sent.", .unit("bytes/s"))
        Field("readRate", \.readRate, "Read from disks.", .unit("bytes/s"))
        Field("writeRate", \.writeRate, "Written to disks.", .unit("bytes/s"))
    }
}

/// The present load of a link of a virtual network.
public struct LinkLoad: Message {
    public var networkName = ""
    public var link = ""
    public var rate: Int64?
    public var proven: Bool?

    public init() {}

    public static let schema = Schema<Self>("The present load of a link of a virtual network.") {
        Field("networkName", \.networkName, "Name of the network.")
        Field("link", \.link, "Name of the link.")
        Field("rate", \.rate, "What all its routers send; left out before the second reading.", .unit("bytes/s"))
        Field("proven", \.proven, "Whether its last proof holds.")
    }
}
