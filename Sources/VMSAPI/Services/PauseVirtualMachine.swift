/// Pauses a machine, which keeps its memory.
public struct PauseVirtualMachine: Service {
    public typealias Response = PauseVirtualMachineResponse

    public var phyServer = ""
    public var vmName = ""
    public var async: Bool?

    public init() {}

    public static let access = Access<Self>(.user, on: .machine(name: \.vmName, host: \.phyServer))

    public static let schema = Schema<Self>(
        "Pauses a machine: it keeps its memory and does not run until it is resumed."
    ) {
        Field("phyServer", \.phyServer, "Host: registered name, or one of its addresses.", .maxLength(253))
        Field("vmName", \.vmName, "Name of the virtual machine.", .alias("VMName"), .maxLength(255))
        Field("async", \.async, "Return immediately with the operation's id instead of waiting for its end.")
    }
}

/// The response of `pauseVirtualMachine`.
public struct PauseVirtualMachineResponse: Message {
    public var result = "SUCCESS"
    public var operation: String?

    public init() {}

    public static let schema = Schema<Self>("The machine is paused.") {
        Field("result", \.result, "Always SUCCESS; every failure is a fault.")
        Field("operation", \.operation, "Id of the operation.")
    }
}
