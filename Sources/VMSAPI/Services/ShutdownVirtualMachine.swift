/// Asks a machine to shut down.
public struct ShutdownVirtualMachine: Service {
    public typealias Response = ShutdownVirtualMachineResponse

    public var phyServer = ""
    public var vmName = ""
    public var timeout: Int32 = 60
    public var async: Bool?

    public init() {}

    public static let access = Access<Self>(.user, on: .machine(name: \.vmName, host: \.phyServer))

    public static let schema = Schema<Self>(
        "Asks a machine to shut down and waits until it is off; a paused machine is resumed first. It stays defined and can be started again."
    ) {
        Field("phyServer", \.phyServer, "Host: registered name, or one of its addresses.", .maxLength(253))
        Field("vmName", \.vmName, "Name of the virtual machine.", .alias("VMName"), .maxLength(255))
        Field("timeout", \.timeout, "How long to wait for the shutdown.", .unit("s"), .range(1...3600), .optional)
        Field("async", \.async, "Return immediately with the operation's id instead of waiting for its end.")
    }
}

/// The response of `shutdownVirtualMachine`.
public struct ShutdownVirtualMachineResponse: Message {
    public var result = "SUCCESS"
    public var operation: String?

    public init() {}

    public static let schema = Schema<Self>("The machine is off.") {
        Field("result", \.result, "Always SUCCESS; every failure is a fault.")
        Field("operation", \.operation, "Id of the operation.")
    }
}
