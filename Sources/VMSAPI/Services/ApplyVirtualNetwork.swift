/// Brings a virtual network to its description: creates it, or changes only the differences.
public struct ApplyVirtualNetwork: Service, NetworkDefinition {
    public typealias Response = ApplyVirtualNetworkResponse

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
    public var plan: String?
    public var abandon: Bool?
    public var async: Bool?
    public var team: String?

    public init() {}

    public static let access = Access<Self>(.operator, on: .networkOrOwnerTeam(\.networkName, \.team))

    public static let schema = Schema<Self>(
        "Brings a network to its description: creates it if it does not exist; otherwise changes only the differences, and repairs what its hosts have lost. The whole network is proven before anything is removed; until then a failure undoes everything. A second call with the same description does nothing."
    ) {
        networkFields
        Field(
            "plan", \.plan,
            "Token of a plan from planVirtualNetwork: the call is refused if it would do anything else than that plan.",
            .maxLength(64), .neverEmpty)
        Field(
            "abandon", \.abandon,
            "Abandon the network's parts on hosts that do not answer; they may still exist there. The description may place nothing on those hosts. Refused while all hosts answer."
        )
        Field("async", \.async, "Return immediately with the operation's id instead of waiting for its end.")
        Field(
            "team", \.team, "Team that will own the network and its routers; by default the caller's only team.",
            .maxLength(63))
    }
}

/// The response of `applyVirtualNetwork`.
public struct ApplyVirtualNetworkResponse: Message {
    public var result = "SUCCESS"
    public var operation: String?
    public var network: VirtualNetwork?
    public var change: [NetworkChange] = []
    public var transferredBytes: Int64?
    public var phase: [Phase] = []
    public var abandoned: [AbandonedPart] = []
    public var warning: String?
    public var note: [String] = []

    public init() {}

    public static let schema = Schema<Self>("The network, as described and proven (or its operation, with async).") {
        Field("result", \.result, "Always SUCCESS; every failure is a fault.")
        Field("operation", \.operation, "Id of the operation; left out when there was nothing to do.")
        Field("network", \.network, "The network, with all choices that VMS made for it.")
        Field("change", \.change, "The differences; empty for a new network, and when there was nothing to do.")
        Field("transferredBytes", \.transferredBytes, "Bytes sent to hosts: images and seeds.", .unit("bytes"))
        Field("phase", \.phase, "Time of each stage.")
        Field("abandoned", \.abandoned, "Parts abandoned on hosts that do not answer.")
        Field(
            "warning", \.warning,
            "The risk of abandoning: whether the parts still exist is unknown; left out where nothing was abandoned.",
            .maxLength(65536))
        Field("note", \.note, "Remarks about the hosts that do not prevent the call.")
    }
}
