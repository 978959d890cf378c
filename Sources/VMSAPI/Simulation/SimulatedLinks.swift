/// The kind of a link's fault.
public enum LinkBreakKind: String, WireEnum {
    /// The host sends nothing to the link's other hosts.
    case peer
    /// Packets of full size do not pass.
    case mtu
    /// Another machine answers in the router's name.
    case mac
    /// The host's bridge is removed.
    case bridge
    /// The router's protocol stack has stopped.
    case stack
}

/// Makes a link fail; its name on the wire is `breakLink` among the services of the simulation.
public struct BreakSimulatedLink: SimulationService {
    public typealias Response = SimulationResponse

    public static var name: String { "breakLink" }

    public var networkName = ""
    public var link = ""
    public var kind = LinkBreakKind.peer
    public var phyServer: String?

    public init() {}

    public static let schema = Schema<Self>(
        "Breaks a virtual network's link on one host, without an event, as an administrator of that host would."
    ) {
        Field("networkName", \.networkName, "Virtual network.", .maxLength(63))
        Field("link", \.link, "Its link.", .maxLength(63))
        Field(
            "kind", \.kind,
            "peer: the host sends nothing to the others; mtu: packets of full size do not pass; mac: another machine answers in "
                + "the router's name; bridge: the bridge is removed; stack: the router's protocols have stopped.")
        Field("phyServer", \.phyServer, "Host; default: the first host where this fault is possible.", .maxLength(253))
    }
}

/// Repairs a link.
public struct MendSimulatedLink: SimulationService {
    public typealias Response = SimulationResponse

    public static var name: String { "mendLink" }

    public var networkName = ""
    public var link = ""
    public var phyServer: String?

    public init() {}

    public static let schema = Schema<Self>("Repairs the faults that breakLink made in a link.") {
        Field("networkName", \.networkName, "Virtual network.", .maxLength(63))
        Field("link", \.link, "Its link.", .maxLength(63))
        Field("phyServer", \.phyServer, "Host; default: all hosts.", .maxLength(253))
    }
}

/// A fault of a link.
public struct BrokenLink: Message {
    public var networkName = ""
    public var link = ""
    public var kind = LinkBreakKind.peer
    public var phyServer = ""

    public init() {}

    public static let schema = Schema<Self>("A fault of a link.") {
        Field("networkName", \.networkName, "Virtual network.")
        Field("link", \.link, "Its link.")
        Field("kind", \.kind, "Kind of the fault.")
        Field("phyServer", \.phyServer, "Host of the fault.")
    }
}
