/// The fields that describe a virtual network, for requests that plan, create or apply one.
public protocol NetworkDefinition: Message {
    var nodeCount: Int32? { get set }
    var phyServer: [String] { get set }
    var vmName: [String] { get set }
    var vmIP: [String] { get set }
    var vmRAM: [Int64] { get set }
    var netInterface: [String] { get set }
    var networkName: String? { get set }
    var image: String? { get set }
    var stack: String? { get set }
    var router: [NetworkRouter] { get set }
    var link: [NetworkLink] { get set }
}

extension NetworkDefinition {
    static var networkFields: [Field<Self>] {
        [
            Field(
                "nodeCount", \.nodeCount, "Number of machines, which is the length of the vectors.", .range(0...1024)),
            Field("phyServer", \.phyServer, "Host of each machine.", .maxLength(253), .items(0...1024)),
            Field("VMName", \.vmName, "Name of each machine.", .alias("vmName"), .maxLength(255), .items(0...1024)),
            Field("vmIP", \.vmIP, "Address of each machine, or address/prefix.", .maxLength(64), .items(0...1024)),
            Field("vmRAM", \.vmRAM, "Memory of each machine.", .unit("MiB"), .range(1...16_777_216), .items(0...1024)),
            Field(
                "netInterface", \.netInterface,
                "Bridge or network card of the host for each machine; without it, the machines share one virtual link.",
                .maxLength(15), .items(0...1024)),
            Field("networkName", \.networkName, "Name of the network; by default VMS chooses one.", .maxLength(255)),
            Field("image", \.image, "Image of every router without one of its own.", .maxLength(128)),
            Field(
                "stack", \.stack, "Protocol stack of every router without image and stack of its own.", .maxLength(64)),
            Field("router", \.router, "The routers.", .items(0...1024)),
            Field("link", \.link, "The links between them.", .items(0...4096)),
        ]
    }
}
