/// What is broken of a link.
public enum LinkBreakKind: String, WireEnum {
    /// The host sends nothing to the link's other hosts any more.
    case peer
    /// Packets of full size do not pass.
    case mtu
    /// Another machine answers in the router's name.
    case mac
    /// The host's bridge is gone.
    case bridge
    /// The router's protocol stack has stopped.
    case stack
}

/// Breaks a link.
public struct BreakLink: SimulationService {
    public typealias Response = SimulationResponse

    public var networkName = ""
    public var link = ""
    public var kind = LinkBreakKind.peer
    public var phyServer: String?

    public init() {}

    public static let schema = Schema<Self>("Breaks a virtual network's link on one host, behind the server's back.") {
        Field("networkName", \.networkName, "Virtual network.", .maxLength(63))
        Field("link", \.link, "Its link.", .maxLength(63))
        Field(
            "kind", \.kind,
            "peer: the host sends nothing to the others; mtu: packets of full size do not pass; mac: another machine answers in "
                + "the router's name; bridge: it is gone; stack: the router's protocols have stopped.")
        Field("phyServer", \.phyServer, "Host; otherwise the first on which that can be.", .maxLength(253))
    }
}

/// Mends a link.
public struct MendLink: SimulationService {
    public typealias Response = SimulationResponse

    public var networkName = ""
    public var link = ""
    public var phyServer: String?

    public init() {}

    public static let schema = Schema<Self>("Makes good what breakLink did to a link.") {
        Field("networkName", \.networkName, "Virtual network.", .maxLength(63))
        Field("link", \.link, "Its link.", .maxLength(63))
        Field("phyServer", \.phyServer, "Host; otherwise all.", .maxLength(253))
    }
}

/// What was broken of a link.
public struct BrokenLink: Message {
    public var networkName = ""
    public var link = ""
    public var kind = LinkBreakKind.peer
    public var phyServer = ""

    public init() {}

    public static let schema = Schema<Self>("What was broken of a link.") {
        Field("networkName", \.networkName, "Virtual network.")
        Field("link", \.link, "Its link.")
        Field("kind", \.kind, "What is broken.")
        Field("phyServer", \.phyServer, "On which host.")
    }
}
