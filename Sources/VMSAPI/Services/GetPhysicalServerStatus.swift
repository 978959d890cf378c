/// A host's properties, free resources and machines.
public struct GetPhysicalServerStatus: Service {
    public typealias Response = GetPhysicalServerStatusResponse

    public var phyServer = ""

    public init() {}

    public static let access = Access<Self>(.viewer, on: .visible)

    public static let schema = Schema<Self>("A host's properties, free resources and machines.") {
        Field("phyServer", \.phyServer, "Host: registered name, or one of its addresses.", .maxLength(253))
    }
}

/// The response of `getPhysicalServerStatus`.
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

    public static let schema = Schema<Self>("The state of a host, observed now.") {
        Field("result", \.result, "Always SUCCESS; every failure is a fault.")
        Field("cores", \.cores, "Cores per socket.")
        Field("cpus", \.cpus, "Logical CPUs.")
        Field("memory", \.memory, "Memory.", .unit("KiB"))
        Field(
            "freeMemory", \.freeMemory, "Free memory; left out where the hypervisor does not report it.",
            .unit("bytes"))
        Field("hostName", \.hostName, "The host's own name.")
        Field("domainCount", \.domainCount, "Machines that run on it.")
        Field("domain", \.domain, "Names of the machines that run on it.")
        Field("nodeName", \.nodeName, "Registered name.")
        Field("hypervisor", \.hypervisor, "libvirt's driver: QEMU, Xen, Test.")
        Field("hypervisorVersion", \.hypervisorVersion, "Version of the hypervisor.")
        Field("libvirtVersion", \.libvirtVersion, "Version of libvirt on the host.")
        Field("cpuModel", \.cpuModel, "Model or architecture of its CPUs.")
        Field("cpuMHz", \.cpuMHz, "Clock rate of its CPUs.", .unit("MHz"))
        Field("arch", \.arch, "Architecture of its machines.")
        Field("bridge", \.bridge, "Bridges for machines, the default first.")
        Field("storagePool", \.storagePool, "Active storage pools.")
        Field("state", \.state, "Whether it answers.")
        Field("since", \.since, "When it last became reachable.")
        Field("maintenance", \.maintenance, "When it stopped accepting new machines; left out while it accepts them.")
        Field("domainType", \.domainType, "Domain types that libvirt can run there, such as kvm, qemu, xen.")
        Field(
            "schedulerType", \.schedulerType,
            "Its CPU scheduler, by the hypervisor's name; left out where it is unknown.")
        Field("poolAvailable", \.poolAvailable, "Free space of each storage pool, in the same order.", .unit("bytes"))
        Field(
            "abandoned", \.abandoned,
            "Parts abandoned with this host, or with another host and found here: endAbandoned removes them.")
        Field(
            "availableMemory", \.availableMemory,
            "Memory available to new machines: what the host could free, less the memory promised to other machines.",
            .unit("bytes"))
    }
}
