/// What a host is and what it carries.
public struct GetPhysicalServerStatus: Service {
    public typealias Response = GetPhysicalServerStatusResponse

    public var phyServer = ""

    public init() {}

    public static let schema = Schema<Self>("What a host is, what it has free, and which machines it carries.") {
        Field("phyServer", \.phyServer, "Host: registered name, or one of its addresses.", .maxLength(253))
    }
}

/// What `getPhysicalServerStatus` answers.
public struct GetPhysicalServerStatusResponse: Message {
    public var result = "SUCCESS"
    public var cores: Int32 = 0
    public var cpus: Int32 = 0
    public var memory: Int64 = 0
    public var freeMemory: Int64?
    public var hostName = ""
    public var domainCount: Int32 = 0
    public var domain: [String] = []
    public var nodeName: String?
    public var hypervisor: String?
    public var hypervisorVersion: String?
    public var libvirtVersion: String?
    public var cpuModel: String?
    public var cpuMHz: Int32?
    public var arch: String?
    public var bridge: [String] = []
    public var storagePool: [String] = []
    public var state: NodeState?
    public var since: Instant?
    public var maintenance: Instant?
    public var domainType: [String] = []
    public var schedulerType: String?
    public var poolAvailable: [Int64] = []
    public var abandoned: [AbandonedPart] = []
    public var availableMemory: Int64?

    public init() {}

    public static let schema = Schema<Self>("The state of a host, as asked just now.") {
        Field("result", \.result, "SUCCESS; whatever goes wrong is a fault.")
        Field("cores", \.cores, "Cores of a socket.")
        Field("cpus", \.cpus, "Logical CPUs.")
        Field("memory", \.memory, "Memory.", .unit("KiB"))
        Field(
            "freeMemory", \.freeMemory, "Memory that is free; left out where the hypervisor does not tell.",
            .unit("bytes"))
        Field("hostName", \.hostName, "Name the host gives itself.")
        Field("domainCount", \.domainCount, "Machines that run on it.")
        Field("domain", \.domain, "Names of the machines that run on it.")
        Field("nodeName", \.nodeName, "Name it is registered under.")
        Field("hypervisor", \.hypervisor, "libvirt's driver: QEMU, Xen, Test.")
        Field("hypervisorVersion", \.hypervisorVersion, "Version of the hypervisor.")
        Field("libvirtVersion", \.libvirtVersion, "Version of libvirt there.")
        Field("cpuModel", \.cpuModel, "Model or architecture of its CPUs.")
        Field("cpuMHz", \.cpuMHz, "Clock of its CPUs.", .unit("MHz"))
        Field("arch", \.arch, "Architecture of its machines.")
        Field("bridge", \.bridge, "Bridges a machine can be connected to, the default first.")
        Field("storagePool", \.storagePool, "Active storage pools.")
        Field("state", \.state, "Whether it answers.")
        Field("since", \.since, "Since when it answers.")
        Field("maintenance", \.maintenance, "Since when it takes no new machines; left out while it does.")
        Field("domainType", \.domainType, "What libvirt can run there, such as kvm, qemu, xen.")
        Field(
            "schedulerType", \.schedulerType,
            "Its CPU scheduler, as the hypervisor names it; left out where it is not told.")
        Field("poolAvailable", \.poolAvailable, "Room left in each storage pool, in the same order.", .unit("bytes"))
        Field(
            "abandoned", \.abandoned,
            "What was given up with it, or with another host and was seen here: endAbandoned ends it.")
        Field(
            "availableMemory", \.availableMemory,
            "Memory that it can still give to machines: what it could make free, less what other machines were promised.",
            .unit("bytes"))
    }
}
