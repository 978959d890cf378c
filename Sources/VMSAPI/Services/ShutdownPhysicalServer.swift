/// Shuts a host down.
public struct ShutdownPhysicalServer: Service, MigrationRequest {
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

    public static let access = Access<Self>(.admin, on: .server)

    public static let schema = Schema<Self>(
        "Shuts a host down and waits until it is down; VMS then lists it as down on purpose, until it answers again. Refused while machines run there, unless they are to be moved or stopped first; machines that VMS does not manage are never touched."
    ) {
        Field("phyServer", \.phyServer, "Host: registered name, or one of its addresses.", .maxLength(253))
        Field("machines", \.machines, "Treatment of machines managed by VMS that run there.", .optional)
        moveFields
        Field(
            "atOnce", \.atOnce,
            "How many machines move, or stop, at the same time; of a network, always one at a time moves.",
            .range(1...100), .optional)
        Field(
            "timeout", \.timeout, "With machines=stop: how long to wait for each machine.", .unit("s"),
            .range(1...3600), .optional)
    }
}

/// The response of `shutdownPhysicalServer`.
public struct ShutdownPhysicalServerResponse: Message {
    public var result = "SUCCESS"
    public var since: Instant?
    public var operation: String?
    public var vm: [LeftMachine] = []
    public var network: [NetworkLoss] = []

    public init() {}

    public static let schema = Schema<Self>("The host is down; the result for each of its machines.") {
        Field("result", \.result, "Always SUCCESS; every failure is a fault, and the host stays up.")
        Field("since", \.since, "When it was shut down.")
        Field("operation", \.operation, "Id of the operation; left out if the host was down already.")
        Field("vm", \.vm, "Machines managed by VMS that were on it.")
        Field("network", \.network, "Packets lost by each network's routers together during the moves.")
    }
}
