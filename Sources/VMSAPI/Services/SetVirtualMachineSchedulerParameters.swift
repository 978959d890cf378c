/// Sets weight and cap of a machine's CPU use.
public struct SetVirtualMachineSchedulerParameters: Service {
    public typealias Response = SetVirtualMachineSchedulerParametersResponse

    public var phyServer = ""
    public var vmName = ""
    public var weight: Int64?
    public var cap: Int64?
    public var async: Bool?

    public init() {}

    public static let access = Access<Self>(.operator, on: .machine(name: \.vmName, host: \.phyServer))

    public static let schema = Schema<Self>(
        "Sets weight, cap or both. A value outside of the hypervisor's range is a fault that names the range."
    ) {
        Field("phyServer", \.phyServer, "Host: registered name, or one of its addresses.", .maxLength(253))
        Field("vmName", \.vmName, "Name of the virtual machine.", .alias("VMName"), .maxLength(255))
        Field(
            "weight", \.weight,
            "Share of the CPU relative to other machines (credit: 1 to 65535, default 256; QEMU: cpu_shares).",
            .alias("Weight")
        )
        Field(
            "cap", \.cap, "Limit of its CPU use, in percent of one CPU; 0 means no limit.", .alias("Cap"),
            .unit("percent"))
        Field("async", \.async, "Return immediately with the operation's id instead of waiting for its end.")
    }
}

/// The response of `setVirtualMachineSchedulerParameters`.
public struct SetVirtualMachineSchedulerParametersResponse: Message {
    public var result = "SUCCESS"
    public var operation: String?
    public var weight: Int64?
    public var cap: Int64?
    public var schedulerType: String?
    public var parameter: [SchedulerParameter] = []

    public init() {}

    public static let schema = Schema<Self>("The values, read back from the host.") {
        Field("result", \.result, "Always SUCCESS; every failure is a fault.")
        Field("operation", \.operation, "Id of the operation.")
        Field("weight", \.weight, "Share of the CPU relative to other machines: credit's weight; on QEMU cpu_shares.")
        Field("cap", \.cap, "Limit of its CPU use, in percent of one CPU; 0 means no limit.", .unit("percent"))
        Field("schedulerType", \.schedulerType, "The scheduler.")
        Field("parameter", \.parameter, "Every parameter, by the hypervisor's names.")
    }
}
