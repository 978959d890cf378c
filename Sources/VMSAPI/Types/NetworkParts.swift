/// A router of a virtual network, with its desired and observed state.
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
            "phyServer", \.phyServer, "Host: registered name, or one of its addresses; by default VMS chooses one.",
            .maxLength(253))
        Field(
            "vmRAM", \.vmRAM, "Memory; default: the image's minimum.", .unit("MiB"), .range(1...16_777_216)
        )
        Field("vcpus", \.vcpus, "Virtual CPUs; default: 1.", .range(1...512))
        Field(
            "weight", \.weight,
            "Share of the CPU relative to other machines (credit: 1 to 65535, default 256; QEMU: cpu_shares).")
        Field(
            "cap", \.cap, "Limit of its CPU use, in percent of one CPU; 0 means no limit.", .unit("percent"))
        Field(
            "image", \.image, "Image by name; otherwise VMS chooses by os, arch, kernelVersion and stack.",
            .maxLength(128))
        Field("os", \.os, "Operating system that the image must have.", .maxLength(128))
        Field("arch", \.arch, "Architecture that the image must have.", .maxLength(64))
        Field("kernelVersion", \.kernelVersion, "Kernel version that the image must have.", .maxLength(128))
        Field("stack", \.stack, "Protocol stack that the image must support.", .maxLength(64))
        Field("description", \.description, "A note, stored with the machine.", .maxLength(1024))
        Field("placed", \.placed, "In answers: the reason for its host, if VMS chose it.", .maxLength(1024))
        Field("uuid", \.uuid, "In answers: UUID of its machine.", .maxLength(36))
        Field("state", \.state, "In answers: its state as its host reports it; left out when the host does not answer.")
    }
}

/// A link of a virtual network, with its desired and observed state.
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
    public var conditions: LinkConditions?

    public init() {}

    public static let schema = Schema<Self>(
        "A link of a virtual network: one Ethernet segment over one or more hosts."
    ) {
        Field("name", \.name, "Its name in the network.", .maxLength(255))
        Field("end", \.end, "The routers on it, one or more.", .items(1...1024))
        Field(
            "prefix", \.prefix,
            "Its prefix, such as 10.0.0.0/24 or fd00:1::/64; default: the prefix of the ends' addresses, or a free one.",
            .maxLength(64))
        Field(
            "mtu", \.mtu, "Largest IP packet; default: what the hosts' network allows, at most 1500.",
            .unit("bytes"), .range(68...65535))
        Field(
            "bandwidth", \.bandwidth, "Bandwidth to each router; default: no limit.", .unit("kbit/s"),
            .range(8...100_000_000))
        Field(
            "delay", \.delay, "Delay of each frame to a router, in each direction.", .unit("ms"),
            .range(0...10_000))
        Field(
            "loss", \.loss, "Share of frames lost on the way to each router.", .unit("percent"),
            .range(0...50))
        Field("vni", \.vni, "In answers: VXLAN network identifier; left out for a physical network.")
        Field(
            "state", \.state,
            "In answers: ok if it was proven, now or at the network's last verification; down after breakLink; failed if a proof failed, or its part "
                + "on a host differs from its definition; otherwise unproven, also if since then it was changed, a host of it was lost, or a router "
                + "on it stopped.")
        Field(
            "reason", \.reason,
            "In answers: why it failed, or cannot be proven now: the host and what is missing there, or which router did not answer which.",
            .maxLength(4096))
        Field(
            "conditions", \.conditions,
            "In answers: what it does to frames now; left out if that is what was requested.")
    }
}

/// What a link does to frames, in place of what was requested for it.
public struct LinkConditions: Message {
    public var down: Bool?
    public var bandwidth: Int64?
    public var delay: Double?
    public var loss: Double?

    public init() {}

    public static let schema = Schema<Self>("What a link does to frames, in place of what was requested for it.") {
        Field("down", \.down, "Whether no frame passes.")
        Field(
            "bandwidth", \.bandwidth, "Bandwidth to each router, in place of the requested one; 0: no limit.",
            .unit("kbit/s"))
        Field("delay", \.delay, "Delay of each frame to a router, in place of the requested one.", .unit("ms"))
        Field(
            "loss", \.loss, "Share of frames lost on the way to each router, in place of the requested one.",
            .unit("percent"))
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
        Field(
            "address", \.address, "Its address on the link; default: a free one of the link's prefix.", .maxLength(64))
        Field("phyServer", \.phyServer, "In answers: the router's host.", .maxLength(253))
        Field("macAddress", \.macAddress, "In answers: the interface's MAC address.", .maxLength(17))
    }
}

/// A virtual network.
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
        Field("created", \.created, "When it was created.")
        Field(
            "verified", \.verified,
            "When it was last proven: at its creation, change, repair or move, by verifyVirtualNetwork, or because a host "
                + "came back; left out if the last proof does not apply to its present state.")
        Field("router", \.router, "Its routers.")
        Field("link", \.link, "Its links.")
    }
}
