/// Creates a whole virtual network and proves that it is connected.
public struct CreateVirtualNetwork: Service, NetworkDefinition {
    public typealias Response = CreateVirtualNetworkResponse

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
    public var async: Bool?
    public var team: String?

    public init() {}

    public static let access = Access<Self>(.operator, on: .ownerTeam(\.team))

    public static let schema = Schema<Self>(
        "Creates routers and links on many hosts and returns when the network is up and proven connected, or undoes everything and reports which link failed and why. The network is described by vectors, whose i-th elements belong together, or by router and link."
    ) {
        networkFields
        Field("async", \.async, "Return immediately with the operation's id instead of waiting for its end.")
        Field(
            "team", \.team, "Team that will own the network and its routers; by default the caller's only team.",
            .maxLength(63))
    }
}

/// The response of `createVirtualNetwork`.
public struct CreateVirtualNetworkResponse: Message {
    public var result = "SUCCESS"
    public var operation: String?
    public var network: VirtualNetwork?
    public var transferredBytes: Int64?
    public var phase: [Phase] = []
    public var note: [String] = []

    public init() {}

    public static let schema = Schema<Self>("The network, up and proven (or its operation, with async).") {
        Field("result", \.result, "Always SUCCESS; every failure is a fault.")
        Field("operation", \.operation, "Id of the operation.")
        Field("network", \.network, "The network, with all choices that VMS made for it.")
        Field("transferredBytes", \.transferredBytes, "Bytes sent to hosts: images and seeds.", .unit("bytes"))
        Field("phase", \.phase, "Time of each stage.")
        Field("note", \.note, "Remarks about the hosts that do not prevent the call.")
    }
}
