/// Ends and removes a machine.
public struct DestroyVirtualMachine: Service {
    public typealias Response = DestroyVirtualMachineResponse

    public var phyServer = ""
    public var vmName = ""
    public var async: Bool?

    public init() {}

    public static let schema = Schema<Self>(
        "Ends a machine at once and removes it with its disks. Refused for a machine that is not ours."
    ) {
        Field("phyServer", \.phyServer, "Host: registered name, or one of its addresses.", .maxLength(253))
        Field("vmName", \.vmName, "Name of the virtual machine.", .alias("VMName"), .maxLength(255))
        Field("async", \.async, "Return at once with the operation's id instead of waiting for its end.")
    }
}

/// What `destroyVirtualMachine` answers.
public struct DestroyVirtualMachineResponse: Message {
    public var result = "SUCCESS"
    public var operation: String?

    public init() {}

    public static let schema = Schema<Self>("Nothing is left of the machine.") {
        Field("result", \.result, "SUCCESS; whatever goes wrong is a fault.")
        Field("operation", \.operation, "Id of the operation that did it.")
    }
}
