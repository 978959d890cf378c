/// Stops and removes a machine.
public struct DestroyVirtualMachine: Service {
    public typealias Response = DestroyVirtualMachineResponse

    public var phyServer = ""
    public var vmName = ""
    public var abandon: Bool?
    public var async: Bool?

    public init() {}

    public static let access = Access<Self>(.operator, on: .machine(name: \.vmName, host: \.phyServer))

    public static let schema = Schema<Self>(
        "Stops a machine immediately and removes it with its disks. Refused for a machine that VMS does not manage."
    ) {
        Field("phyServer", \.phyServer, "Host: registered name, or one of its addresses.", .maxLength(253))
        Field("vmName", \.vmName, "Name of the virtual machine.", .alias("VMName"), .maxLength(255))
        Field(
            "abandon", \.abandon,
            "The host does not answer and is lost for good: forget the machine, which may still exist. Refused while the host answers."
        )
        Field("async", \.async, "Return immediately with the operation's id instead of waiting for its end.")
    }
}

/// The response of `destroyVirtualMachine`.
public struct DestroyVirtualMachineResponse: Message {
    public var result = "SUCCESS"
    public var operation: String?
    public var abandoned: [AbandonedPart] = []
    public var warning: String?
    public var stays: [String] = []
    public var lost: [String] = []

    public init() {}

    public static let schema = Schema<Self>("The machine is removed.") {
        Field("result", \.result, "Always SUCCESS; every failure is a fault.")
        Field("operation", \.operation, "Id of the operation.")
        Field("abandoned", \.abandoned, "Parts abandoned on hosts that do not answer.")
        Field(
            "warning", \.warning,
            "The risk of abandoning: whether the parts still exist is unknown; left out where nothing was abandoned.",
            .maxLength(65536))
        Field(
            "stays", \.stays,
            "Paths of files that stay on the host: disks that VMS did not create, and disks of snapshots made by others."
        )
        Field(
            "lost", \.lost,
            "State saved outside of VMS that was removed with the machine: saved memory, snapshots, checkpoints.")
    }
}
