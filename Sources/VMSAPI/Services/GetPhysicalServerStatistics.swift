/// What a host uses of its processors, memory and storage.
public struct GetPhysicalServerStatistics: Service, SeriesRequest {
    public typealias Response = GetPhysicalServerStatisticsResponse

    public var phyServer = ""
    public var from: Instant?
    public var step: Int32?

    public init() {}

    public static let access = Access<Self>(.viewer, on: .visible)

    public static let schema = Schema<Self>(
        "What a host uses of its processors, memory and storage. The server reads it periodically, and answers from "
            + "memory; figures older than three periods are read again."
    ) {
        Field("phyServer", \.phyServer, "Host: registered name, or one of its addresses.", .maxLength(253))
        seriesFields
    }
}

/// The response of `getPhysicalServerStatistics`.
public struct GetPhysicalServerStatisticsResponse: Message {
    public var result = "SUCCESS"
    public var phyServer = ""
    public var time: Instant?
    public var age: Int64 = 0
    public var cpus: Int64?
    public var cpuUse: Double?
    public var cpuUser: Int64?
    public var cpuSystem: Int64?
    public var cpuIdle: Int64?
    public var cpuWait: Int64?
    public var cpuMachines: Int64?
    public var memory: Int64?
    public var memoryAvailable: Int64?
    public var running: Int32 = 0
    public var pool: [PoolStatistics] = []
    public var step: Int64?
    public var point: [SeriesPoint] = []
    public var absent: [String] = []

    public init() {}

    public static let schema = Schema<Self>("A host's figures.") {
        Field("result", \.result, "Always SUCCESS; every failure is a fault.")
        Field("phyServer", \.phyServer, "Registered name of the host.")
        Field("time", \.time, "When the figures were read.")
        Field("age", \.age, "Time since then.", .unit("ms"))
        Field("cpus", \.cpus, "Logical CPUs.")
        Field(
            "cpuUse", \.cpuUse,
            "Share of all CPUs that was in use between the last two readings; left out after the first.", .unit("%"))
        Field("cpuUser", \.cpuUser, "CPU time in user mode since the host's start, of all CPUs.", .unit("ns"))
        Field("cpuSystem", \.cpuSystem, "CPU time in the kernel.", .unit("ns"))
        Field("cpuIdle", \.cpuIdle, "Idle time.", .unit("ns"))
        Field("cpuWait", \.cpuWait, "Idle time while a disk was waited for.", .unit("ns"))
        Field(
            "cpuMachines", \.cpuMachines,
            "CPU time of all machines, on Xen domain 0 among them; only where there are no modes.", .unit("ns"))
        Field("memory", \.memory, "Memory.", .unit("bytes"))
        Field("memoryAvailable", \.memoryAvailable, "Memory that it could give to machines.", .unit("bytes"))
        Field("running", \.running, "Machines that run on it, of any origin.")
        Field("pool", \.pool, "Its active storage pools.")
        Field("step", \.step, "With from: the step of the points.", .unit("seconds"))
        Field("point", \.point, "With from: the means of each step, oldest first.")
        Field("absent", \.absent, "Figures that its hypervisor does not report.")
    }
}
