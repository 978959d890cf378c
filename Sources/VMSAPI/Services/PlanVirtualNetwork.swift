/// Tells what `createVirtualNetwork` would do, and does nothing.
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

    public init() {}

    public static let schema = Schema<Self>(
        "Takes what createVirtualNetwork takes and tells what it would do now: every choice and every step. Refuses what it would refuse. Changes nothing and keeps nothing for later."
    ) { networkFields }
}

/// What `planVirtualNetwork` answers.
public struct PlanVirtualNetworkResponse: Message {
    public var result = "SUCCESS"
    public var network: VirtualNetwork?
    public var stage: [PlannedStage] = []

    public init() {}

    public static let schema = Schema<Self>("What would be done.") {
        Field("result", \.result, "SUCCESS; whatever goes wrong is a fault.")
        Field(
            "network", \.network,
            "The network, with everything that was chosen for it but ids and MAC addresses, which are drawn when it is made."
        )
        Field("stage", \.stage, "What is done, one after the other.")
    }
}
