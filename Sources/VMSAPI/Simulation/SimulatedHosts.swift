/// Makes a host unreachable.
public struct LoseHost: SimulationService {
    public typealias Response = SimulationResponse

    public var phyServer = ""
    public var power: Bool?

    public init() {}

    public static let schema = Schema<Self>("Makes a host unreachable, until restoreHost.") {
        Field("phyServer", \.phyServer, "Simulated host.", .maxLength(253))
        Field(
            "power", \.power, "true: the host loses power and its machines stop; otherwise they keep running.",
            .neverEmpty)
    }
}

/// Makes a host reachable again.
public struct RestoreHost: SimulationService {
    public typealias Response = SimulationResponse

    public var phyServer = ""

    public init() {}

    public static let schema = Schema<Self>(
        "Makes a host reachable again; a host without power is switched on, and starts everything with autostart."
    ) {
        Field("phyServer", \.phyServer, "Simulated host.", .maxLength(253))
    }
}

/// Power-cycles hosts.
public struct RestartHosts: SimulationService {
    public typealias Response = SimulationResponse

    public var phyServer: [String] = []

    public init() {}

    public static let schema = Schema<Self>("Power-cycles hosts.") {
        Field(
            "phyServer", \.phyServer, "Simulated hosts; default: all of them, at the same time.", .items(0...1000),
            .maxLength(253))
    }
}

/// Cuts the network between two hosts.
public struct CutHosts: SimulationService {
    public typealias Response = SimulationResponse

    public var phyServer = ""
    public var other = ""

    public init() {}

    public static let schema = Schema<Self>("Cuts the network between two hosts; both still answer the server.") {
        Field("phyServer", \.phyServer, "Simulated host.", .maxLength(253))
        Field("other", \.other, "The other host.", .maxLength(253))
    }
}

/// Restores the network between two hosts.
public struct JoinHosts: SimulationService {
    public typealias Response = SimulationResponse

    public var phyServer = ""
    public var other = ""

    public init() {}

    public static let schema = Schema<Self>("Restores the network between two hosts.") {
        Field("phyServer", \.phyServer, "Simulated host.", .maxLength(253))
        Field("other", \.other, "The other host.", .maxLength(253))
    }
}

/// Two hosts that cannot reach each other.
public struct HostCut: Message {
    public var phyServer = ""
    public var other = ""

    public init() {}

    public static let schema = Schema<Self>("Two hosts that cannot reach each other.") {
        Field("phyServer", \.phyServer, "Simulated host.")
        Field("other", \.other, "The other host.")
    }
}

/// Slows transfers to a host.
public struct SlowTransfers: SimulationService {
    public typealias Response = SimulationResponse

    public var phyServer = ""
    public var mbit: Int64?

    public init() {}

    public static let schema = Schema<Self>("Sets the speed of transfers to a host.") {
        Field("phyServer", \.phyServer, "Simulated host.", .maxLength(253))
        Field("mbit", \.mbit, "The speed; default: the usual one.", .unit("Mbit/s"), .range(1...1_000_000))
    }
}

/// Fills the storage pool of a host.
public struct FillPool: SimulationService {
    public typealias Response = SimulationResponse

    public var phyServer = ""
    public var freeMiB: Int64?

    public init() {}

    public static let schema = Schema<Self>("Fills a host's storage pool with other data.") {
        Field("phyServer", \.phyServer, "Simulated host.", .maxLength(253))
        Field(
            "freeMiB", \.freeMiB, "Space that stays free; without it, the other data is removed.",
            .unit("MiB"), .range(0...1_000_000_000))
    }
}
