/// Makes a whole virtual network and proves that it is connected.
public struct CreateVirtualNetwork: Service, AskedNetwork {
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

    public init() {}

    public static let schema = Schema<Self>(
        "Makes routers and links on many hosts and returns when the network is up and proven connected, or undoes everything and says which link failed and why. Either by vectors of which the i-th of each belong together, or by router and link."
    ) {
        networkFields
        Field("async", \.async, "Return at once with the operation's id instead of waiting for its end.")
    }
}

/// What `createVirtualNetwork` answers.
public struct CreateVirtualNetworkResponse: Message {
    public var result = "SUCCESS"
    public var operation: String?
    public var network: VirtualNetwork?
    public var transferredBytes: Int64?
    public var phase: [Phase] = []
    public var note: [String] = []

    public init() {}

    public static let schema = Schema<Self>("The network, up and proven (or its operation, with async).") {
        Field("result", \.result, "SUCCESS; whatever goes wrong is a fault.")
        Field("operation", \.operation, "Id of the operation that did it.")
        Field("network", \.network, "The network, with everything that was chosen for it.")
        Field("transferredBytes", \.transferredBytes, "Bytes sent to hosts, images and seeds.", .unit("bytes"))
        Field("phase", \.phase, "Time spent on each stage.")
        Field("note", \.note, "What is worth knowing of the hosts, and does not stand in the way.")
    }
}
