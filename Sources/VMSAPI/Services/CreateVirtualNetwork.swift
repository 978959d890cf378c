/// Makes a whole virtual network and proves that it is connected.
public struct CreateVirtualNetwork: Service {
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
        Field("nodeCount", \.nodeCount, "How many machines the vectors describe.", .range(0...1024))
        Field("phyServer", \.phyServer, "Host of each machine.", .maxLength(253), .items(0...1024))
        Field("VMName", \.vmName, "Name of each machine.", .alias("vmName"), .maxLength(255), .items(0...1024))
        Field("vmIP", \.vmIP, "Address of each, or address/prefix.", .maxLength(64), .items(0...1024))
        Field("vmRAM", \.vmRAM, "Memory of each.", .unit("MiB"), .range(1...16_777_216), .items(0...1024))
        Field(
            "netInterface", \.netInterface,
            "Bridge of its host that each is connected to; without any, the machines share one virtual link.",
            .maxLength(15), .items(0...1024))
        Field("networkName", \.networkName, "Name for the network; one is made up without it.", .maxLength(255))
        Field("image", \.image, "Image of every router that names none.", .maxLength(128))
        Field("stack", \.stack, "Protocol stack of every router that names neither image nor stack.", .maxLength(64))
        Field("router", \.router, "The routers.", .items(0...1024))
        Field("link", \.link, "The links between them.", .items(0...4096))
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

    public init() {}

    public static let schema = Schema<Self>("The network, up and proven (or its operation, with async).") {
        Field("result", \.result, "SUCCESS; whatever goes wrong is a fault.")
        Field("operation", \.operation, "Id of the operation that did it.")
        Field("network", \.network, "The network, with everything that was chosen for it.")
        Field("transferredBytes", \.transferredBytes, "Bytes sent to hosts, images and seeds.", .unit("bytes"))
        Field("phase", \.phase, "Time spent on each stage.")
    }
}
