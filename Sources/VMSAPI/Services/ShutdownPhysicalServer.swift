/// Shuts a host down.
public struct ShutdownPhysicalServer: Service, AskedMove {
    public typealias Response = ShutdownPhysicalServerResponse

    public var phyServer = ""
    public var machines = RunningMachines.refuse
    public var live = true
    public var bandwidth: Int32?
    public var maxDowntime: Int32?
    public var deadline: Int32?
    public var onDeadline = OnDeadline.abort
    public var maxGap: Int32?
    public var atOnce: Int32 = 2
    public var timeout: Int32 = 60

    public init() {}

    public static let schema = Schema<Self>(
        "Shuts a host down and waits until it is gone; it is then listed as down on purpose, until it answers again. Refused while machines run there, unless they are to be moved or stopped first; those that VMS did not make are never touched."
    ) {
        Field("phyServer", \.phyServer, "Host: registered name, or one of its addresses.", .maxLength(253))
        Field("machines", \.machines, "What becomes of machines of ours that run there.", .optional)
        moveFields
        Field(
            "atOnce", \.atOnce,
            "How many machines move, or stop, at the same time; of one network never more than one moves.",
            .range(1...100), .optional)
        Field(
            "timeout", \.timeout, "With machines=stop: how long to wait for each machine.", .unit("s"),
            .range(1...3600), .optional)
    }
}

/// What `shutdownPhysicalServer` answers.
public struct ShutdownPhysicalServerResponse: Message {
    public var result = "SUCCESS"
    public var since: Instant?
    public var operation: String?
    public var vm: [LeftMachine] = []
    public var network: [NetworkLoss] = []

    public init() {}

    public static let schema = Schema<Self>("The host is down, and what became of its machines.") {
        Field("result", \.result, "SUCCESS; whatever goes wrong is a fault, and the host stays up.")
        Field("since", \.since, "Since when it is down on purpose.")
        Field("operation", \.operation, "Id of the operation that did it; left out where it was down already.")
        Field("vm", \.vm, "Machines of ours that were on it.")
        Field("network", \.network, "What moves of each network's routers lost together.")
    }
}
