/// A host and its network devices, as observed now.
public struct TopologyHost: Message {
    public var name = ""
    public var state = NodeState.unknown
    public var reason: String?
    public var interface: [HostInterface] = []
    public var bridge: [HostBridge] = []

    public init() {}

    public static let schema = Schema<Self>("A host and its network devices.") {
        Field("name", \.name, "Registered name.")
        Field("state", \.state, "Whether it answered.")
        Field("reason", \.reason, "Why it did not answer, or why its devices cannot be read.")
        Field(
            "interface", \.interface,
            "Interfaces to the outside of the host: network cards, bonds, VLANs; no guests' devices.")
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

    public static let schema = Schema<Self>("A network card of a host, or a device of that role.") {
        Field("name", \.name, "Its name on the host.")
        Field("mac", \.mac, "Its MAC address.")
        Field("mtu", \.mtu, "Largest IP packet.", .unit("bytes"))
        Field("speed", \.speed, "Its speed; left out if it reports none.", .unit("Mbit/s"))
        Field("up", \.up, "Whether it is up and has a carrier.")
        Field("bridge", \.bridge, "Its bridge, if it is a port of one.")
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
        Field("up", \.up, "Whether it is up.")
        Field("address", \.address, "Its own addresses, with their prefix lengths.")
    }
}

/// An Ethernet segment between hosts.
public struct PhysicalLink: Message {
    public var prefix = ""
    public var state = LinkState.unproven
    public var reason: String?
    public var end: [PhysicalLinkEnd] = []

    public init() {}

    public static let schema = Schema<Self>("An Ethernet segment on which hosts have addresses.") {
        Field("prefix", \.prefix, "The common prefix of the addresses.")
        Field("state", \.state, "failed if a host's interface to it is down, otherwise unproven.")
        Field("reason", \.reason, "Which host's interface is down.")
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
        Field("interface", \.interface, "The interface there, or the ports of the bridge.")
        Field("bridge", \.bridge, "The bridge that has the address; left out if the interface itself has it.")
        Field("address", \.address, "The host's address on the link, with its prefix length.")
    }
}
