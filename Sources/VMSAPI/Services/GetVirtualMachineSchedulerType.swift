/// The CPU scheduler of a machine.
public struct GetVirtualMachineSchedulerType: Service {
    public typealias Response = GetVirtualMachineSchedulerTypeResponse

    public var phyServer = ""
    public var vmName = ""

    public init() {}

    public static let access = Access<Self>(.viewer, on: .machine(name: \.vmName, host: \.phyServer))

    public static let schema = Schema<Self>("The CPU scheduler of a machine, by its hypervisor's name.") {
        Field("phyServer", \.phyServer, "Host: registered name, or one of its addresses.", .maxLength(253))
        Field("vmName", \.vmName, "Name of the virtual machine.", .alias("VMName"), .maxLength(255))
    }
}

/// The response of `getVirtualMachineSchedulerType`.
public struct GetVirtualMachineSchedulerTypeResponse: Message {
    public var result = "SUCCESS"
    public var schedulerType = ""

    public init() {}

    public static let schema = Schema<Self>("The scheduler.") {
        Field("result", \.result, "Always SUCCESS; every failure is a fault.")
        Field("schedulerType", \.schedulerType, "credit, credit2, sedf, posix, fair…")
    }
}
