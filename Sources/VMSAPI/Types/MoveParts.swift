/// Packets lost on one link during a move.
public struct LinkLoss: Message {
    public var name = ""
    public var phyServer = ""
    public var packetsSent: Int32 = 0
    public var packetsLost: Int32 = 0
    public var longestGapMs: Int64 = 0

    public init() {}

    public static let schema = Schema<Self>("Packets lost on a link to a machine during its move.") {
        Field("name", \.name, "The link, or the bridge of a physical network.")
        Field("phyServer", \.phyServer, "The host that sent the packets.")
        Field("packetsSent", \.packetsSent, "Packets sent, from before the move until after it.")
        Field("packetsLost", \.packetsLost, "Packets without an answer.")
        Field("longestGapMs", \.longestGapMs, "Longest time between two answers.", .unit("ms"))
    }
}

/// The destination of a router.
public struct RouterPlace: Message {
    public var name = ""
    public var phyServer = ""

    public init() {}

    public static let schema = Schema<Self>("The destination of a router.") {
        Field("name", \.name, "Its name.", .maxLength(255))
        Field("phyServer", \.phyServer, "Host: registered name, or one of its addresses.", .maxLength(253))
    }
}

/// A machine that moved, with the cost of the move.
public struct MovedMachine: Message {
    public var vmName = ""
    public var sourcePhyServer = ""
    public var destPhyServer = ""
    public var downtimeMs: Int64?
    public var link: [LinkLoss] = []

    public init() {}

    public static let schema = Schema<Self>("A machine that moved, or would move, with the cost of the move.") {
        Field("vmName", \.vmName, "Its name.")
        Field("sourcePhyServer", \.sourcePhyServer, "Its host before the move.")
        Field("destPhyServer", \.destPhyServer, "Its host after the move.")
        Field("downtimeMs", \.downtimeMs, "Pause of the machine.", .unit("ms"))
        Field("link", \.link, "Packets lost during the move, per link.")
    }
}

/// Packets lost by a network's routers together during their moves.
public struct NetworkLoss: Message {
    public var networkName = ""
    public var packetsSent: Int64 = 0
    public var packetsLost: Int64 = 0
    public var longestGapMs: Int64 = 0

    public init() {}

    public static let schema = Schema<Self>("Packets lost by a network's routers together during their moves.") {
        Field("networkName", \.networkName, "The network.")
        Field("packetsSent", \.packetsSent, "Packets sent over its links to routers that moved.")
        Field("packetsLost", \.packetsLost, "Packets without an answer.")
        Field("longestGapMs", \.longestGapMs, "Longest time between two answers on any of these links.", .unit("ms"))
    }
}

/// A machine of an evacuated host.
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

    public static let schema = Schema<Self>("A machine of an evacuated host.") {
        Field("vmName", \.vmName, "Its name.")
        Field("networkName", \.networkName, "Its virtual network.")
        Field("phyServer", \.phyServer, "Its host after the move; left out if it stays.")
        Field("reason", \.reason, "The reason for that host, or for staying.")
        Field("code", \.code, "If it stays: the fault's code.")
        Field("operation", \.operation, "Id of the operation that moved it.")
        Field("downtimeMs", \.downtimeMs, "Pause of the machine.", .unit("ms"))
        Field("link", \.link, "Packets lost during the move, per link.")
    }
}
