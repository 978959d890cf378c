/// Starts a machine that is off, or resumes a paused one.
public struct StartVirtualMachine: Service {
    public typealias Response = StartVirtualMachineResponse

    public var phyServer = ""
    public var vmName = ""
    public var waitFor = WaitFor.address
    public var dropSavedMemory: Bool?
    public var async: Bool?

    public init() {}

    public static let access = Access<Self>(.user, on: .machine(name: \.vmName, host: \.phyServer))

    public static let schema = Schema<Self>(
        "Starts a machine that is off, or resumes a paused one, and waits until it answers."
    ) {
        Field("phyServer", \.phyServer, "Host: registered name, or one of its addresses.", .maxLength(253))
        Field("vmName", \.vmName, "Name of the virtual machine.", .alias("VMName"), .maxLength(255))
        Field("waitFor", \.waitFor, "The condition for the call's return.", .optional)
        Field(
            "dropSavedMemory", \.dropSavedMemory,
            "Boot the machine even if its memory was saved (managed save), and discard that memory; by default it resumes from there."
        )
        Field("async", \.async, "Return immediately with the operation's id instead of waiting for its end.")
    }
}

/// The response of `startVirtualMachine`.
public struct StartVirtualMachineResponse: Message {
    public var result = "SUCCESS"
    public var operation: String?

    public init() {}

    public static let schema = Schema<Self>("The machine runs.") {
        Field("result", \.result, "Always SUCCESS; every failure is a fault.")
        Field("operation", \.operation, "Id of the operation.")
    }
}
