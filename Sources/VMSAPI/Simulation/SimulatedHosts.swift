/// Loses a host.
public struct LoseHost: SimulationService {
    public typealias Response = SimulationResponse

    public var phyServer = ""
    public var power: Bool?

    public init() {}

    public static let schema = Schema<Self>("Lets a host answer no more, until restoreHost.") {
        Field("phyServer", \.phyServer, "Simulated host.", .maxLength(253))
        Field("power", \.power, "true: it has no power, and its machines end; otherwise they run on.", .neverEmpty)
    }
}

/// Lets a host answer again.
public struct RestoreHost: SimulationService {
    public typealias Response = SimulationResponse

    public var phyServer = ""

    public init() {}

    public static let schema = Schema<Self>(
        "Lets a host answer again; one without power is switched on, and starts what starts with its host."
    ) {
        Field("phyServer", \.phyServer, "Simulated host.", .maxLength(253))
    }
}

/// Restarts hosts.
public struct RestartHosts: SimulationService {
    public typealias Response = SimulationResponse

    public var phyServer: [String] = []

    public init() {}

    public static let schema = Schema<Self>("Takes the power of hosts away and gives it back.") {
        Field("phyServer", \.phyServer, "Simulated hosts; without one, all at once.", .items(0...1000), .maxLength(253))
    }
}

/// Cuts two hosts from each other.
public struct CutHosts: SimulationService {
    public typealias Response = SimulationResponse

    public var phyServer = ""
    public var other = ""

    public init() {}

    public static let schema = Schema<Self>("Lets two hosts reach each other no more; both answer the server.") {
        Field("phyServer", \.phyServer, "Simulated host.", .maxLength(253))
        Field("other", \.other, "The other one.", .maxLength(253))
    }
}

/// Joins two hosts that were cut from each other.
public struct JoinHosts: SimulationService {
    public typealias Response = SimulationResponse

    public var phyServer = ""
    public var other = ""

    public init() {}

    public static let schema = Schema<Self>("Lets two hosts reach each other again.") {
        Field("phyServer", \.phyServer, "Simulated host.", .maxLength(253))
        Field("other", \.other, "The other one.", .maxLength(253))
    }
}

/// Two hosts that do not reach each other.
public struct HostCut: Message {
    public var phyServer = ""
    public var other = ""

    public init() {}

    public static let schema = Schema<Self>("Two hosts that do not reach each other.") {
        Field("phyServer", \.phyServer, "Simulated host.")
        Field("other", \.other, "The other one.")
    }
}

/// Slows transfers to a host.
public struct SlowTransfers: SimulationService {
    public typealias Response = SimulationResponse

    public var phyServer = ""
    public var mbit: Int64?

    public init() {}

    public static let schema = Schema<Self>("Sets how fast files arrive on a host.") {
        Field("phyServer", \.phyServer, "Simulated host.", .maxLength(253))
        Field("mbit", \.mbit, "As usual where it is left out.", .unit("Mbit/s"), .range(1...1_000_000))
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
            "freeMiB", \.freeMiB, "Room that is left; without it, the other data goes.",
            .unit("MiB"), .range(0...1_000_000_000))
    }
}
