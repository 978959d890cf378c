/// A service of a server whose hosts are simulated: `POST /simulation/NAME`. Each answers with the simulation as it stands.
public protocol SimulationService: Service where Response == SimulationResponse {}

extension SimulationService {
    public static var root: String { "simulation" }
}

/// Every service of a simulation, once.
public enum SimulationServices {
    public static let all: [any SimulationService.Type] = [
        GetSimulation.self, SetSpeed.self,
        LoseHost.self, RestoreHost.self, RestartHosts.self, CutHosts.self, JoinHosts.self,
        BreakLink.self, MendLink.self,
        SlowTransfers.self, FillPool.self,
        SetFaults.self, DrawFaults.self, ClearFaults.self,
    ]
}

/// Tells how a simulation stands.
public struct GetSimulation: SimulationService {
    public typealias Response = SimulationResponse

    public init() {}

    public static let schema = Schema<Self>("Tells what is wrong in the simulation, and what was done to it so far.") {}
}

/// Sets how fast time passes.
public struct SetSpeed: SimulationService {
    public typealias Response = SimulationResponse

    public var speed = ""

    public init() {}

    public static let schema = Schema<Self>("Sets how long steps on simulated hosts take.") {
        Field(
            "speed", \.speed, "How many times as fast as real hosts, such as 1 or 20; max: nothing takes time.",
            .maxLength(20))
    }
}

/// How a simulation stands.
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

    public static let schema = Schema<Self>("The simulation as it stands now.") {
        Field("result", \.result, "SUCCESS; whatever goes wrong is a fault.")
        Field("seed", \.seed, "By which what is left to chance was chosen.")
        Field("speed", \.speed, "How many times as fast as real hosts; max: nothing takes time.")
        Field("host", \.host, "The simulated hosts, also those that are not registered.")
        Field("cut", \.cut, "Hosts that do not reach each other.")
        Field("brokenLink", \.brokenLink, "What was broken of links, and was not mended by mendLink.")
        Field("fault", \.fault, "What goes wrong in steps, since setFaults.")
        Field("script", \.script, "What was asked of the simulation so far, to be asked again.")
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
        Field("poolFreeMiB", \.poolFreeMiB, "What is left of its storage pool.", .unit("MiB"))
        Field("transferMbit", \.transferMbit, "How fast files arrive, since slowTransfers.", .unit("Mbit/s"))
    }
}

/// One call of a simulation's service.
public struct SimulationCall: Message {
    public var service = ""
    public var request = ""

    public init() {}

    public static let schema = Schema<Self>("One call of a simulation's service.") {
        Field("service", \.service, "Its name.")
        Field("request", \.request, "Its fields, as JSON.")
    }
}
