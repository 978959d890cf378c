/// A router of a virtual network, as it is asked for and as it is.
public struct NetworkRouter: Message {
    public var name = ""
    public var phyServer: String?
    public var vmRAM: Int64?
    public var vcpus: Int32?
    public var weight: Int64?
    public var cap: Int64?
    public var image: String?
    public var os: String?
    public var arch: String?
    public var kernelVersion: String?
    public var stack: String?
    public var description: String?
    public var placed: String?
    public var uuid: String?
    public var state: MachineState?

    public init() {}

    public static let schema = Schema<Self>("A router of a virtual network.") {
        Field(
            "name", \.name,
            "Name of its machine: 1 to 63 letters, digits, dots, hyphens, underscores; begins with a letter or digit.",
            .alias("vmName"), .alias("VMName"), .maxLength(255))
        Field(
            "phyServer", \.phyServer, "Host: registered name, or one of its addresses; without it one is chosen.",
            .maxLength(253))
        Field(
            "vmRAM", \.vmRAM, "Memory; without it the least that its image needs.", .unit("MiB"), .range(1...16_777_216)
        )
        Field("vcpus", \.vcpus, "Virtual CPUs; 1 without it.", .range(1...512))
        Field(
            "weight", \.weight,
            "Share of the CPU relative to others (credit: 1 to 65535, default 256; QEMU: cpu_shares).")
        Field(
            "cap", \.cap, "Most CPU it may use, in percent of one CPU; 0 means no limit.", .unit("percent"))
        Field("image", \.image, "Image by name; otherwise by os, arch, kernelVersion and stack.", .maxLength(128))
        Field("os", \.os, "Operating system the image must have.", .maxLength(128))
        Field("arch", \.arch, "Architecture the image must have.", .maxLength(64))
        Field("kernelVersion", \.kernelVersion, "Kernel version the image must have.", .maxLength(128))
        Field("stack", \.stack, "Protocol stack the image must speak.", .maxLength(64))
        Field("description", \.description, "A note that is kept with the machine.", .maxLength(1024))
        Field("placed", \.placed, "In answers: why it is on that host, where one was chosen.", .maxLength(1024))
        Field("uuid", \.uuid, "In answers: UUID of its machine.", .maxLength(36))
        Field("state", \.state, "In answers: what its host says it is doing; left out when the host does not answer.")
    }
}

/// A link of a virtual network, as it is asked for and as it is.
public struct NetworkLink: Message {
    public var name = ""
    public var end: [LinkEnd] = []
    public var prefix: String?
    public var mtu: Int32?
    public var bandwidth: Int64?
    public var delay: Double?
    public var loss: Double?
    public var vni: Int32?
    public var state: LinkState?
    public var reason: String?

    public init() {}

    public static let schema = Schema<Self>(
        "A link of a virtual network: one Ethernet segment, however many hosts it spans."
    ) {
        Field("name", \.name, "Its name in the network.", .maxLength(255))
        Field("end", \.end, "The routers on it, one or more.", .items(1...1024))
        Field(
            "prefix", \.prefix,
            "Its addresses, such as 10.0.0.0/24 or fd00:1::/64; without it that of the ends' addresses, or a free one.",
            .maxLength(64))
        Field(
            "mtu", \.mtu, "Largest IP packet; without it what the hosts' own network leaves, at most 1500.",
            .unit("bytes"), .range(68...65535))
        Field(
            "bandwidth", \.bandwidth, "What passes to each router; without it as much as can.", .unit("kbit/s"),
            .range(8...100_000_000))
        Field(
            "delay", \.delay, "How long each frame is held up on its way to a router, in each direction.", .unit("ms"),
            .range(0...10_000))
        Field(
            "loss", \.loss, "How many of a hundred frames are lost on their way to each router.", .unit("percent"),
            .range(0...50))
        Field("vni", \.vni, "In answers: VXLAN network identifier; left out for a physical network.")
        Field(
            "state", \.state,
            "In answers: ok when it was proven, just now or when the network was last verified; failed when a proof failed, or "
                + "its part on a host is not as it was made; otherwise unproven, also when a host of it was lost since, or a router "
                + "on it stopped.")
        Field(
            "reason", \.reason,
            "In answers: why it failed, or cannot be proven now: the host and what is missing there, or which router did not answer whom.",
            .maxLength(4096))
    }
}

/// A router's interface on a link.
public struct LinkEnd: Message {
    public var router = ""
    public var address: String?
    public var phyServer: String?
    public var macAddress: String?

    public init() {}

    public static let schema = Schema<Self>("A router's interface on a link.") {
        Field("router", \.router, "The router's name.", .maxLength(255))
        Field("address", \.address, "Its address there; without it a free one of the link's prefix.", .maxLength(64))
        Field("phyServer", \.phyServer, "In answers: the router's host.", .maxLength(253))
        Field("macAddress", \.macAddress, "In answers: the interface's MAC address.", .maxLength(17))
    }
}

/// A virtual network as it is.
public struct VirtualNetwork: Message {
    public var networkName = ""
    public var id: String?
    public var created: Instant?
    public var verified: Instant?
    public var router: [NetworkRouter] = []
    public var link: [NetworkLink] = []

    public init() {}

    public static let schema = Schema<Self>("A virtual network.") {
        Field("networkName", \.networkName, "Its name.")
        Field("id", \.id, "Its UUID.")
        Field("created", \.created, "When it was asked for.")
        Field(
            "verified", \.verified,
            "When it was last proven: when it was made, changed, repaired or moved, by verifyVirtualNetwork, or because a host "
                + "came back; left out when what was proven says nothing of it as it is.")
        Field("router", \.router, "Its routers.")
        Field("link", \.link, "Its links.")
    }
}
