package import ServiceLifecycle
internal import Simulator

/// Saves the hosts of a simulation: within about 2 s after a change, and at the end.
struct SimulationKeeper: Service {
    let simulation: Simulation

    func run() async throws {
        await cancelWhenGracefulShutdown {
            var kept: [String: SimulatedHost] = [:]
            while !Task.isCancelled {
                let hosts = simulation.simulator.hosts
                if hosts != kept, (try? simulation.save(hosts)) != nil { kept = hosts }
                try? await Task.sleep(for: .seconds(2))
            }
        }
        try simulation.save(simulation.simulator.hosts)
    }
}

extension Simulation {
    /// The service that saves the hosts while the server runs; `nil` if nothing is kept.
    package var keeper: (any Service)? { isKept ? SimulationKeeper(simulation: self) : nil }
}
