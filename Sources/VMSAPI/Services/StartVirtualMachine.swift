/// Starts a machine that is off, or lets one that is paused go on.
public struct StartVirtualMachine: Service {
    public typealias Response = StartVirtualMachineResponse

    public var phyServer = ""
    public var vmName = ""
    public var waitFor = WaitFor.address
    public var dropSavedMemory: Bool?
    public var async: Bool?

    public init() {}

    public static let schema = Schema<Self>(
        "Starts a machine that is off, or lets one that is paused go on, and waits until it answers."
    ) {
        Field("phyServer", \.phyServer, "Host: registered name, or one of its addresses.", .maxLength(253))
        Field("vmName", \.vmName, "Name of the virtual machine.", .alias("VMName"), .maxLength(255))
        Field("waitFor", \.waitFor, "What to wait for.", .optional)
        Field(
            "dropSavedMemory", \.dropSavedMemory,
            "Boots it also where its memory was saved (managed save), which is lost then; without it the machine goes on from there."
        )
        Field("async", \.async, "Return at once with the operation's id instead of waiting for its end.")
    }
}

/// What `startVirtualMachine` answers.
public struct StartVirtualMachineResponse: Message {
    public var result = "SUCCESS"
    public var operation: String?

    public init() {}

    public static let schema = Schema<Self>("The machine runs.") {
        Field("result", \.result, "SUCCESS; whatever goes wrong is a fault.")
        Field("operation", \.operation, "Id of the operation that did it.")
    }
}
