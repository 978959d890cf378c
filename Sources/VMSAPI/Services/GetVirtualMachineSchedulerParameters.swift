/// How much CPU a machine may use.
public struct GetVirtualMachineSchedulerParameters: Service {
    public typealias Response = GetVirtualMachineSchedulerParametersResponse

    public var phyServer = ""
    public var vmName = ""

    public init() {}

    public static let schema = Schema<Self>("A machine's scheduler parameters.") {
        Field("phyServer", \.phyServer, "Host: registered name, or one of its addresses.", .maxLength(253))
        Field("vmName", \.vmName, "Name of the virtual machine.", .alias("VMName"), .maxLength(255))
    }
}

/// What `getVirtualMachineSchedulerParameters` answers.
public struct GetVirtualMachineSchedulerParametersResponse: Message {
    public var result = "SUCCESS"
    public var weight: Int64?
    public var cap: Int64?
    public var schedulerType: String?
    public var parameter: [SchedulerParameter] = []

    public init() {}

    public static let schema = Schema<Self>("The parameters.") {
        Field("result", \.result, "SUCCESS; whatever goes wrong is a fault.")
        Field("weight", \.weight, "Share of the CPU relative to others: credit's weight, on QEMU cpu_shares.")
        Field("cap", \.cap, "Most CPU it may use, in percent of one CPU; 0 means no limit.", .unit("percent"))
        Field("schedulerType", \.schedulerType, "The scheduler.")
        Field("parameter", \.parameter, "Every parameter, as the hypervisor names it.")
    }
}
