/// Lets a machine that was paused go on.
public struct ResumeVirtualMachine: Service {
    public typealias Response = ResumeVirtualMachineResponse

    public var phyServer = ""
    public var vmName = ""
    public var waitFor = WaitFor.address
    public var async: Bool?

    public init() {}

    public static let schema = Schema<Self>(
        "Lets a machine that was paused go on, and waits until it answers again."
    ) {
        Field("phyServer", \.phyServer, "Host: registered name, or one of its addresses.", .maxLength(253))
        Field("vmName", \.vmName, "Name of the virtual machine.", .alias("VMName"), .maxLength(255))
        Field("waitFor", \.waitFor, "What to wait for.", .optional)
        Field("async", \.async, "Return at once with the operation's id instead of waiting for its end.")
    }
}

/// What `resumeVirtualMachine` answers.
public struct ResumeVirtualMachineResponse: Message {
    public var result = "SUCCESS"
    public var operation: String?

    public init() {}

    public static let schema = Schema<Self>("The machine goes on.") {
        Field("result", \.result, "SUCCESS; whatever goes wrong is a fault.")
        Field("operation", \.operation, "Id of the operation that did it.")
    }
}
