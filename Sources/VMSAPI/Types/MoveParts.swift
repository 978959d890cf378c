/// What a move lost on one link.
public struct LinkLoss: Message {
    public var name = ""
    public var phyServer = ""
    public var packetsSent: Int32 = 0
    public var packetsLost: Int32 = 0
    public var longestGapMs: Int64 = 0

    public init() {}

    public static let schema = Schema<Self>("What got lost of packets that crossed a link to a machine while it moved.")
    {
        Field("name", \.name, "The link, or the bridge of a physical network.")
        Field("phyServer", \.phyServer, "The host from which they were sent.")
        Field("packetsSent", \.packetsSent, "How many were sent, from before the move until after it.")
        Field("packetsLost", \.packetsLost, "How many of them were never answered.")
        Field("longestGapMs", \.longestGapMs, "Longest time between two answers.", .unit("ms"))
    }
}

/// Where a router of a network is to be.
public struct RouterPlace: Message {
    public var name = ""
    public var phyServer = ""

    public init() {}

    public static let schema = Schema<Self>("Where a router of a network is to be.") {
        Field("name", \.name, "Its name.", .maxLength(255))
        Field("phyServer", \.phyServer, "Host: registered name, or one of its addresses.", .maxLength(253))
    }
}

/// A machine that moved, and what that cost.
public struct MovedMachine: Message {
    public var vmName = ""
    public var sourcePhyServer = ""
    public var destPhyServer = ""
    public var downtimeMs: Int64?
    public var link: [LinkLoss] = []

    public init() {}

    public static let schema = Schema<Self>("A machine that moved, or would, and what that cost.") {
        Field("vmName", \.vmName, "Its name.")
        Field("sourcePhyServer", \.sourcePhyServer, "The host that carried it.")
        Field("destPhyServer", \.destPhyServer, "The host that carries it now, or would.")
        Field("downtimeMs", \.downtimeMs, "How long it stood still.", .unit("ms"))
        Field("link", \.link, "What got lost meanwhile on each of its links.")
    }
}

/// What moves of a network's routers lost of packets together.
public struct NetworkLoss: Message {
    public var networkName = ""
    public var packetsSent: Int64 = 0
    public var packetsLost: Int64 = 0
    public var longestGapMs: Int64 = 0

    public init() {}

    public static let schema = Schema<Self>("What moves of a network's routers lost together.") {
        Field("networkName", \.networkName, "The network.")
        Field("packetsSent", \.packetsSent, "How many packets crossed its links to routers that moved.")
        Field("packetsLost", \.packetsLost, "How many of them were never answered.")
        Field("longestGapMs", \.longestGapMs, "Longest time between two answers on any of them.", .unit("ms"))
    }
}

/// A machine of a host that was to be emptied.
public struct EvacuatedMachine: Message {
    public var vmName = ""
    public var networkName: String?
    public var phyServer: String?
    public var reason: String?
    public var code: String?
    public var operation: String?
    public var downtimeMs: Int64?
    public var link: [LinkLoss] = []

    public init() {}

    public static let schema = Schema<Self>("A machine of a host that was to be emptied.") {
        Field("vmName", \.vmName, "Its name.")
        Field("networkName", \.networkName, "The virtual network it is a router of.")
        Field("phyServer", \.phyServer, "The host that carries it now, or would; left out where it stays.")
        Field("reason", \.reason, "Why that host, or why it stays.")
        Field("code", \.code, "Where it stays: the fault's code.")
        Field("operation", \.operation, "Id of the operation that moved it.")
        Field("downtimeMs", \.downtimeMs, "How long it stood still.", .unit("ms"))
        Field("link", \.link, "What got lost meanwhile on each of its links.")
    }
}
