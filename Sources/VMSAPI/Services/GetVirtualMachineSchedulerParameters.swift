/// A machine's scheduler parameters.
public struct GetVirtualMachineSchedulerParameters: Service {
    public typealias Response = GetVirtualMachineSchedulerParametersResponse

    public var phyServer = ""
    public var vmName = ""

    public init() {}

    public static let access = Access<Self>(.viewer, on: .machine(name: \.vmName, host: \.phyServer))

    public static let schema = Schema<Self>("A machine's scheduler parameters.") {
        Field("phyServer", \.phyServer, "Host: registered name, or one of its addresses.", .maxLength(253))
        Field("vmName", \.vmName, "Name of the virtual machine.", .alias("VMName"), .maxLength(255))
    }
}

/// The response of `getVirtualMachineSchedulerParameters`.
public struct GetVirtualMachineSchedulerParametersResponse: Message {
    public var result = "SUCCESS"
    public var weight: Int64?
    public var cap: Int64?
    public var schedulerType: String?
    public var parameter: [SchedulerParameter] = []

    public init() {}

    public static let schema = Schema<Self>("The parameters.") {
        Field("result", \.result, "Always SUCCESS; every failure is a fault.")
        Field("weight", \.weight, "Share of the CPU relative to other machines: credit's weight; on QEMU cpu_shares.")
        Field("cap", \.cap, "Limit of its CPU use, in percent of one CPU; 0 means no limit.", .unit("percent"))
        Field("schedulerType", \.schedulerType, "The scheduler.")
        Field("parameter", \.parameter, "Every parameter, by the hypervisor's names.")
    }
}
