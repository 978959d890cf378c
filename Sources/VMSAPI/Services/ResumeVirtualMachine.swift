/// Resumes a paused machine.
public struct ResumeVirtualMachine: Service {
    public typealias Response = ResumeVirtualMachineResponse

    public var phyServer = ""
    public var vmName = ""
    public var waitFor = WaitFor.address
    public var async: Bool?

    public init() {}

    public static let access = Access<Self>(.user, on: .machine(name: \.vmName, host: \.phyServer))

    public static let schema = Schema<Self>(
        "Resumes a paused machine, and waits until it answers again."
    ) {
        Field("phyServer", \.phyServer, "Host: registered name, or one of its addresses.", .maxLength(253))
        Field("vmName", \.vmName, "Name of the virtual machine.", .alias("VMName"), .maxLength(255))
        Field("waitFor", \.waitFor, "The condition for the call's return.", .optional)
        Field("async", \.async, "Return immediately with the operation's id instead of waiting for its end.")
    }
}

/// The response of `resumeVirtualMachine`.
public struct ResumeVirtualMachineResponse: Message {
    public var result = "SUCCESS"
    public var operation: String?

    public init() {}

    public static let schema = Schema<Self>("The machine is resumed.") {
        Field("result", \.result, "Always SUCCESS; every failure is a fault.")
        Field("operation", \.operation, "Id of the operation.")
    }
}
