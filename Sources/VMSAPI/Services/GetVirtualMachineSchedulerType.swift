/// Which CPU scheduler a machine is under.
public struct GetVirtualMachineSchedulerType: Service {
    public typealias Response = GetVirtualMachineSchedulerTypeResponse

    public var phyServer = ""
    public var vmName = ""

    public init() {}

    public static let schema = Schema<Self>("Which CPU scheduler a machine is under, as its hypervisor names it.") {
        Field("phyServer", \.phyServer, "Host: registered name, or one of its addresses.", .maxLength(253))
        Field("vmName", \.vmName, "Name of the virtual machine.", .alias("VMName"), .maxLength(255))
    }
}

/// What `getVirtualMachineSchedulerType` answers.
public struct GetVirtualMachineSchedulerTypeResponse: Message {
    public var result = "SUCCESS"
    public var schedulerType = ""

    public init() {}

    public static let schema = Schema<Self>("The scheduler.") {
        Field("result", \.result, "SUCCESS; whatever goes wrong is a fault.")
        Field("schedulerType", \.schedulerType, "credit, credit2, sedf, posix, fair…")
    }
}
