/// Tells what `createVirtualNetwork` or `applyVirtualNetwork` would do, and does nothing.
public struct PlanVirtualNetwork: Service, AskedNetwork {
    public typealias Response = PlanVirtualNetworkResponse

    public var nodeCount: Int32?
    public var phyServer: [String] = []
    public var vmName: [String] = []
    public var vmIP: [String] = []
    public var vmRAM: [Int64] = []
    public var netInterface: [String] = []
    public var networkName: String?
    public var image: String?
    public var stack: String?
    public var router: [NetworkRouter] = []
    public var link: [NetworkLink] = []
    public var abandon: Bool?

    public init() {}

    public static let schema = Schema<Self>(
        "Takes what createVirtualNetwork takes and tells what would be done now: every choice and every step. For a network that exists, what applyVirtualNetwork would do: what differs from what is asked for, and what its hosts have lost. Refuses what those would refuse. Changes nothing and keeps nothing for later."
    ) {
        networkFields
        Field("abandon", \.abandon, "Tell what applyVirtualNetwork would do with abandon.")
    }
}

/// What `planVirtualNetwork` answers.
public struct PlanVirtualNetworkResponse: Message {
    public var result = "SUCCESS"
    public var network: VirtualNetwork?
    public var plan: String?
    public var change: [NetworkChange] = []
    public var stage: [PlannedStage] = []
    public var note: [String] = []

    public init() {}

    public static let schema = Schema<Self>("What would be done.") {
        Field("result", \.result, "SUCCESS; whatever goes wrong is a fault.")
        Field(
            "network", \.network,
            "The network, with everything that was chosen for it but ids and MAC addresses, which are drawn when it is made."
        )
        Field("plan", \.plan, "Names this plan, for applyVirtualNetwork.")
        Field(
            "change", \.change,
            "What differs; empty for a new network, and when it is as asked for and there is nothing to do.")
        Field("stage", \.stage, "What is done, one after the other.")
        Field("note", \.note, "What is worth knowing of the hosts, and does not stand in the way.")
    }
}
