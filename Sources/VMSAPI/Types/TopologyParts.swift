/// A host and its network devices, as seen just now.
public struct TopologyHost: Message {
    public var name = ""
    public var state = NodeState.unknown
    public var reason: String?
    public var interface: [HostInterface] = []
    public var bridge: [HostBridge] = []

    public init() {}

    public static let schema = Schema<Self>("A host and its network devices.") {
        Field("name", \.name, "The name it is registered under.")
        Field("state", \.state, "Whether it answered.")
        Field("reason", \.reason, "Why it did not, or why its devices cannot be looked at.")
        Field("interface", \.interface, "What leads out of the host: network cards, bonds, VLANs; no guest's devices.")
        Field("bridge", \.bridge, "Its bridges, without those that are parts of virtual networks.")
    }
}

/// A network card of a host.
public struct HostInterface: Message {
    public var name = ""
    public var mac: String?
    public var mtu: Int32 = 0
    public var speed: Int32?
    public var up = false
    public var bridge: String?
    public var address: [String] = []

    public init() {}

    public static let schema = Schema<Self>("A network card of a host, or what stands for one.") {
        Field("name", \.name, "Its name on the host.")
        Field("mac", \.mac, "Its MAC address.")
        Field("mtu", \.mtu, "Largest IP packet.", .unit("bytes"))
        Field("speed", \.speed, "Its speed; left out where it tells none.", .unit("Mbit/s"))
        Field("up", \.up, "Whether it is switched on and has a carrier.")
        Field("bridge", \.bridge, "The bridge it is a port of.")
        Field("address", \.address, "Its own addresses, with their prefix lengths.")
    }
}

/// A bridge of a host.
public struct HostBridge: Message {
    public var name = ""
    public var mtu: Int32 = 0
    public var up = false
    public var address: [String] = []

    public init() {}

    public static let schema = Schema<Self>("A bridge of a host.") {
        Field("name", \.name, "Its name on the host.")
        Field("mtu", \.mtu, "Largest IP packet.", .unit("bytes"))
        Field("up", \.up, "Whether it is switched on.")
        Field("address", \.address, "Its own addresses, with their prefix lengths.")
    }
}

/// Where hosts meet.
public struct PhysicalLink: Message {
    public var prefix = ""
    public var state = LinkState.unproven
    public var reason: String?
    public var end: [PhysicalLinkEnd] = []

    public init() {}

    public static let schema = Schema<Self>("An Ethernet segment that hosts have addresses on.") {
        Field("prefix", \.prefix, "The prefix that the addresses have in common.")
        Field("state", \.state, "failed where a host's interface to it is down, otherwise unproven.")
        Field("reason", \.reason, "Which host, and what is down.")
        Field("end", \.end, "The hosts on it, by name.")
    }
}

/// A host's end of a physical link.
public struct PhysicalLinkEnd: Message {
    public var phyServer = ""
    public var interface: [String] = []
    public var bridge: String?
    public var address = ""

    public init() {}

    public static let schema = Schema<Self>("A host's end of a physical link.") {
        Field("phyServer", \.phyServer, "The host.")
        Field("interface", \.interface, "The interface there, or those of the bridge.")
        Field("bridge", \.bridge, "The bridge that has the address; left out where the interface itself has it.")
        Field("address", \.address, "The host's address on the link, with its prefix length.")
    }
}
