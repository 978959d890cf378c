/// Lets a machine stand still with its memory.
public struct PauseVirtualMachine: Service {
    public typealias Response = PauseVirtualMachineResponse

    public var phyServer = ""
    public var vmName = ""
    public var async: Bool?

    public init() {}

    public static let schema = Schema<Self>(
        "Lets a machine stand still: it keeps its memory and does nothing until it is resumed."
    ) {
        Field("phyServer", \.phyServer, "Host: registered name, or one of its addresses.", .maxLength(253))
        Field("vmName", \.vmName, "Name of the virtual machine.", .alias("VMName"), .maxLength(255))
        Field("async", \.async, "Return at once with the operation's id instead of waiting for its end.")
    }
}

/// What `pauseVirtualMachine` answers.
public struct PauseVirtualMachineResponse: Message {
    public var result = "SUCCESS"
    public var operation: String?

    public init() {}

    public static let schema = Schema<Self>("The machine stands still.") {
        Field("result", \.result, "SUCCESS; whatever goes wrong is a fault.")
        Field("operation", \.operation, "Id of the operation that did it.")
    }
}
