/// What a machine is and does.
public struct GetVirtualMachineStatus: Service {
    public typealias Response = GetVirtualMachineStatusResponse

    public var phyServer = ""
    public var vmName = ""

    public init() {}

    public static let schema = Schema<Self>("What a machine is and does, observed just now, and what was asked for it.")
    {
        Field("phyServer", \.phyServer, "Host: registered name, or one of its addresses.", .maxLength(253))
        Field("vmName", \.vmName, "Name of the virtual machine.", .alias("VMName"), .maxLength(255))
    }
}

/// What `getVirtualMachineStatus` answers.
public struct GetVirtualMachineStatusResponse: Message {
    public var result = "SUCCESS"
    public var getName = ""
    public var memory: Int64 = 0
    public var maxMem: Int64 = 0
    public var getMaxMemory: Int64 = 0
    public var vcpus: Int32 = 0
    public var getMaxVcpus: Int32 = 0
    public var cpuTime: Int64 = 0
    public var state = MachineState.unknown
    public var phyServer: String?
    public var uuid: String?
    public var managed: Bool?
    public var persistent: Bool?
    public var autostart: Bool?
    public var uptime: Int64?
    public var savedMemory: Bool?
    public var snapshot: [String] = []
    public var checkpoint: [String] = []
    public var interface: [Interface] = []
    public var disk: [Disk] = []
    public var asked: AskedMachine?

    public init() {}

    public static let schema = Schema<Self>("The state of a machine.") {
        Field("result", \.result, "SUCCESS; whatever goes wrong is a fault.")
        Field("getName", \.getName, "Its name.", .label("name"))
        Field("memory", \.memory, "Memory it has now.", .unit("KiB"))
        Field("maxMem", \.maxMem, "Most memory it may have.", .unit("KiB"), .label("maxMemory"))
        Field("getMaxMemory", \.getMaxMemory, "The same, under the old name.", .unit("KiB"), .repetition)
        Field("vcpus", \.vcpus, "Virtual CPUs it has now.")
        Field("getMaxVcpus", \.getMaxVcpus, "Most virtual CPUs it may have.", .label("maxVcpus"))
        Field("cpuTime", \.cpuTime, "CPU time used.", .unit("ns"))
        Field("state", \.state, "What it is doing.")
        Field("phyServer", \.phyServer, "The host that carries it.")
        Field("uuid", \.uuid, "Its UUID.")
        Field("managed", \.managed, "Whether it is ours.")
        Field("persistent", \.persistent, "Whether it stays defined when it stops.")
        Field("autostart", \.autostart, "Whether it starts with its host.")
        Field("uptime", \.uptime, "Time since we saw it start; left out when unknown or not running.", .unit("s"))
        Field(
            "savedMemory", \.savedMemory,
            "Whether its memory was saved (managed save), so that its next start goes on from there; left out while it runs."
        )
        Field("snapshot", \.snapshot, "Names of the snapshots that its host keeps of it.")
        Field("checkpoint", \.checkpoint, "Names of the checkpoints that its host keeps of it.")
        Field("interface", \.interface, "Its network interfaces.")
        Field("disk", \.disk, "Its disks.")
        Field("asked", \.asked, "What we asked for; missing for a machine that is not ours.")
    }
}
