/// A machine's observed and desired state.
public struct GetVirtualMachineStatus: Service {
    public typealias Response = GetVirtualMachineStatusResponse

    public var phyServer = ""
    public var vmName = ""

    public init() {}

    public static let access = Access<Self>(.viewer, on: .machine(name: \.vmName, host: \.phyServer))

    public static let schema = Schema<Self>("A machine's observed state, and its desired state.") {
        Field("phyServer", \.phyServer, "Host: registered name, or one of its addresses.", .maxLength(253))
        Field("vmName", \.vmName, "Name of the virtual machine.", .alias("VMName"), .maxLength(255))
    }
}

/// The response of `getVirtualMachineStatus`.
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
        Field("result", \.result, "Always SUCCESS; every failure is a fault.")
        Field("getName", \.getName, "Its name.", .label("name"))
        Field("memory", \.memory, "Current memory.", .unit("KiB"))
        Field("maxMem", \.maxMem, "Maximum memory.", .unit("KiB"), .label("maxMemory"))
        Field("getMaxMemory", \.getMaxMemory, "The same as maxMemory, under the old name.", .unit("KiB"), .repetition)
        Field("vcpus", \.vcpus, "Current virtual CPUs.")
        Field("getMaxVcpus", \.getMaxVcpus, "Maximum virtual CPUs.", .label("maxVcpus"))
        Field("cpuTime", \.cpuTime, "CPU time used.", .unit("ns"))
        Field("state", \.state, "Its state.")
        Field("phyServer", \.phyServer, "Its host.")
        Field("uuid", \.uuid, "Its UUID.")
        Field("managed", \.managed, "Whether VMS manages it.")
        Field("persistent", \.persistent, "Whether it stays defined when it stops.")
        Field("autostart", \.autostart, "Whether it starts with its host.")
        Field(
            "uptime", \.uptime, "Time since VMS observed its start; left out when unknown or not running.", .unit("s"))
        Field(
            "savedMemory", \.savedMemory,
            "Whether its memory was saved (managed save), so that its next start resumes from it; left out while it runs."
        )
        Field("snapshot", \.snapshot, "Names of its snapshots on the host.")
        Field("checkpoint", \.checkpoint, "Names of its checkpoints on the host.")
        Field("interface", \.interface, "Its network interfaces.")
        Field("disk", \.disk, "Its disks.")
        Field("asked", \.asked, "Its desired state; left out for a machine that VMS does not manage.")
    }
}
