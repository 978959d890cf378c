/// Moves every machine of a host to other hosts.
public struct EvacuatePhysicalServer: Service {
    public typealias Response = EvacuatePhysicalServerResponse

    public var phyServer = ""
    public var live = true
    public var dryRun: Bool?

    public init() {}

    public static let schema = Schema<Self>(
        "Moves every machine of a host to where it fits, one after the other, each proven; the host takes no new machines from then on."
    ) {
        Field("phyServer", \.phyServer, "Host: registered name, or one of its addresses.", .maxLength(253))
        Field("live", \.live, "Whether machines run on while they are copied.", .optional)
        Field("dryRun", \.dryRun, "Only tell what would be moved where; the host takes new machines as before.")
    }
}

/// What `evacuatePhysicalServer` answers.
public struct EvacuatePhysicalServerResponse: Message {
    public var result = "SUCCESS"
    public var empty = false
    public var vm: [EvacuatedMachine] = []

    public init() {}

    public static let schema = Schema<Self>("What became of each machine of the host, or would with dryRun.") {
        Field("result", \.result, "SUCCESS; whatever goes wrong with the host is a fault.")
        Field("empty", \.empty, "Whether no machine of ours is left there.")
        Field("vm", \.vm, "Its machines, in the order in which they were moved.")
    }
}
