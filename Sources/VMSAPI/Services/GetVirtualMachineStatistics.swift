/// What a machine uses of its host.
public struct GetVirtualMachineStatistics: Service, SeriesRequest {
    public typealias Response = GetVirtualMachineStatisticsResponse

    public var phyServer = ""
    public var vmName = ""
    public var from: Instant?
    public var step: Int32?

    public init() {}

    public static let access = Access<Self>(.viewer, on: .machine(name: \.vmName, host: \.phyServer))

    public static let schema = Schema<Self>(
        "What a machine uses of its host. Counters go on when the machine restarts or is moved. The server reads "
            + "them periodically, and answers from memory; figures older than three periods are read again."
    ) {
        Field("phyServer", \.phyServer, "Host: registered name, or one of its addresses.", .maxLength(253))
        Field("vmName", \.vmName, "Name of the virtual machine.", .alias("VMName"), .maxLength(255))
        seriesFields
    }
}

/// The response of `getVirtualMachineStatistics`.
public struct GetVirtualMachineStatisticsResponse: Message {
    public var result = "SUCCESS"
    public var vmName = ""
    public var phyServer = ""
    public var time: Instant?
    public var age: Int64?
    public var cpuUse: Double?
    public var cpuTime: Int64?
    public var cpuDelay: Int64?
    public var vcpus: Int64?
    public var memoryAllocated: Int64?
    public var memoryUsed: Int64?
    public var memoryResident: Int64?
    public var interface: [InterfaceStatistics] = []
    public var disk: [DiskStatistics] = []
    public var step: Int64?
    public var point: [SeriesPoint] = []
    public var absent: [String] = []

    public init() {}

    public static let schema = Schema<Self>("A machine's figures; none before its first run.") {
        Field("result", \.result, "Always SUCCESS; every failure is a fault.")
        Field("vmName", \.vmName, "Name of the machine.")
        Field("phyServer", \.phyServer, "Registered name of its host.")
        Field("time", \.time, "When the figures were read: while the machine is off, the last time that it ran.")
        Field("age", \.age, "Time since then.", .unit("ms"))
        Field(
            "cpuUse", \.cpuUse,
            "Use of one CPU between the last two readings: 200 is two CPUs; left out after the first.",
            .unit("%"))
        Field("cpuTime", \.cpuTime, "CPU time of all its virtual CPUs.", .unit("ns"))
        Field(
            "cpuDelay", \.cpuDelay, "Time during which they were ready and the host ran something else.", .unit("ns"))
        Field("vcpus", \.vcpus, "Virtual CPUs.")
        Field("memoryAllocated", \.memoryAllocated, "Memory that it has.", .unit("bytes"))
        Field(
            "memoryUsed", \.memoryUsed, "Memory that its guest uses; only where a driver in the guest reports it.",
            .unit("bytes"))
        Field("memoryResident", \.memoryResident, "Memory of the host that it occupies.", .unit("bytes"))
        Field("interface", \.interface, "Its network interfaces.")
        Field("disk", \.disk, "Its disks.")
        Field("step", \.step, "With from: the step of the points.", .unit("seconds"))
        Field("point", \.point, "With from: the means of each step, oldest first.")
        Field("absent", \.absent, "Figures that the hypervisor does not report.")
    }
}
