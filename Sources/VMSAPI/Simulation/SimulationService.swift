/// A service of a server with simulated hosts: `POST /simulation/NAME`. Each returns the state of the simulation.
public protocol SimulationService: Service where Response == SimulationResponse {}

extension SimulationService {
    public static var root: String { "simulation" }
    public static var access: Access<Self> { Access(.admin, on: .server) }
}

/// The list of all services of a simulation.
public enum SimulationServices {
    public static let all: [any SimulationService.Type] = [
        GetSimulation.self, SetSpeed.self,
        LoseHost.self, RestoreHost.self, RestartHosts.self, CutHosts.self, JoinHosts.self,
        BreakSimulatedLink.self, MendSimulatedLink.self,
        SlowTransfers.self, FillPool.self,
        SetFaults.self, DrawFaults.self, ClearFaults.self,
    ]
}

/// Returns the state of the simulation.
public struct GetSimulation: SimulationService {
    public typealias Response = SimulationResponse

    public init() {}

    public static let schema = Schema<Self>(
        "Returns the current faults of the simulation, and the calls that it received so far."
    ) {}
}

/// Sets the speed of the simulation.
public struct SetSpeed: SimulationService {
    public typealias Response = SimulationResponse

    public var speed = ""

    public init() {}

    public static let schema = Schema<Self>("Sets the speed of steps on simulated hosts.") {
        Field(
            "speed", \.speed, "Factor relative to real hosts, such as 1 or 20; max: steps take no time.",
            .maxLength(20))
    }
}

/// The state of the simulation.
public struct SimulationResponse: Message {
    public var result = "SUCCESS"
    public var seed: Int64 = 0
    public var speed = ""
    public var host: [SimulatedHostState] = []
    public var cut: [HostCut] = []
    public var brokenLink: [BrokenLink] = []
    public var fault: [SimulatedFault] = []
    public var script: [SimulationCall] = []

    public init() {}

    public static let schema = Schema<Self>("The current state of the simulation.") {
        Field("result", \.result, "Always SUCCESS; every failure is a fault.")
        Field("seed", \.seed, "Seed of the simulation's random choices.")
        Field("speed", \.speed, "Speed relative to real hosts; max: steps take no time.")
        Field("host", \.host, "The simulated hosts, registered or not.")
        Field("cut", \.cut, "Hosts that cannot reach each other.")
        Field("brokenLink", \.brokenLink, "Faults of links that mendLink has not repaired.")
        Field("fault", \.fault, "Faults in steps, since setFaults.")
        Field("script", \.script, "The calls to the simulation so far, as a script to repeat them.")
    }
}

/// A simulated host.
public struct SimulatedHostState: Message {
    public var phyServer = ""
    public var state = NodeState.up
    public var machines: Int32 = 0
    public var poolFreeMiB: Int64 = 0
    public var transferMbit: Int64?

    public init() {}

    public static let schema = Schema<Self>("A simulated host.") {
        Field("phyServer", \.phyServer, "Its name.")
        Field("state", \.state, "up; unreachable after loseHost; down without power.")
        Field("machines", \.machines, "Machines that run on it.")
        Field("poolFreeMiB", \.poolFreeMiB, "Free space of its storage pool.", .unit("MiB"))
        Field("transferMbit", \.transferMbit, "Speed of transfers to it, as set by slowTransfers.", .unit("Mbit/s"))
    }
}

/// One call to the simulation.
public struct SimulationCall: Message {
    public var service = ""
    public var request = ""

    public init() {}

    public static let schema = Schema<Self>("One call to the simulation.") {
        Field("service", \.service, "Its name.")
        Field("request", \.request, "Its fields, as JSON.")
    }
}
