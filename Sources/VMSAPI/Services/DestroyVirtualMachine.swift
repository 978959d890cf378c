/// Ends and removes a machine.
public struct DestroyVirtualMachine: Service {
    public typealias Response = DestroyVirtualMachineResponse

    public var phyServer = ""
    public var vmName = ""
    public var abandon: Bool?
    public var async: Bool?

    public init() {}

    public static let schema = Schema<Self>(
        "Ends a machine at once and removes it with its disks. Refused for a machine that is not ours."
    ) {
        Field("phyServer", \.phyServer, "Host: registered name, or one of its addresses.", .maxLength(253))
        Field("vmName", \.vmName, "Name of the virtual machine.", .alias("VMName"), .maxLength(255))
        Field(
            "abandon", \.abandon,
            "The host does not answer, and is lost for good: forget the machine, which may still be there. Refused while it answers."
        )
        Field("async", \.async, "Return at once with the operation's id instead of waiting for its end.")
    }
}

/// What `destroyVirtualMachine` answers.
public struct DestroyVirtualMachineResponse: Message {
    public var result = "SUCCESS"
    public var operation: String?
    public var abandoned: [AbandonedPart] = []
    public var warning: String?
    public var stays: [String] = []
    public var lost: [String] = []

    public init() {}

    public static let schema = Schema<Self>("Nothing is left of the machine.") {
        Field("result", \.result, "SUCCESS; whatever goes wrong is a fault.")
        Field("operation", \.operation, "Id of the operation that did it.")
        Field("abandoned", \.abandoned, "What was given up with hosts that do not answer.")
        Field(
            "warning", \.warning, "What nobody can know of what was given up; left out where nothing was.",
            .maxLength(65536))
        Field(
            "stays", \.stays,
            "Disks that VMS did not make, and those of snapshots that others made: they stay on the host, under these paths."
        )
        Field(
            "lost", \.lost, "What somebody else had kept of it and went with it: saved memory, snapshots, checkpoints.")
    }
}
