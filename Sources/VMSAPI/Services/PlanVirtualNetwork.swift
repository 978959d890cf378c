/// Returns the plan of `createVirtualNetwork` or `applyVirtualNetwork`, without carrying it out.
public struct PlanVirtualNetwork: Service, NetworkDefinition {
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
    public var team: String?

    public init() {}

    public static let access = Access<Self>(.operator, on: .networkOrOwnerTeam(\.networkName, \.team), changes: false)

    public static let schema = Schema<Self>(
        "Takes the fields of createVirtualNetwork and returns what the call would do now: every choice and every step. For an existing network, it returns what applyVirtualNetwork would do: the differences from the description, and what its hosts have lost. It refuses what those services would refuse. Changes nothing and stores nothing."
    ) {
        networkFields
        Field("abandon", \.abandon, "Plan as for applyVirtualNetwork with abandon.")
        Field(
            "team", \.team, "Team that will own the network and its routers; by default the caller's only team.",
            .maxLength(63))
    }
}

/// The response of `planVirtualNetwork`.
public struct PlanVirtualNetworkResponse: Message {
    public var result = "SUCCESS"
    public var network: VirtualNetwork?
    public var plan: String?
    public var change: [NetworkChange] = []
    public var stage: [PlannedStage] = []
    public var note: [String] = []

    public init() {}

    public static let schema = Schema<Self>("The plan.") {
        Field("result", \.result, "Always SUCCESS; every failure is a fault.")
        Field(
            "network", \.network,
            "The network, with all choices that VMS would make, except ids and MAC addresses, which are drawn at its creation."
        )
        Field("plan", \.plan, "Token of this plan, for applyVirtualNetwork.")
        Field(
            "change", \.change,
            "The differences; empty for a new network, and when there is nothing to do.")
        Field("stage", \.stage, "The stages of the plan, in order.")
        Field("note", \.note, "Remarks about the hosts that do not prevent the call.")
    }
}
