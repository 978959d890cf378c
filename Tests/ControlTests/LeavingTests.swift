import Model
import Simulator
import Testing

@testable import Control

@Suite("Networks of the first clients")
struct LeavingTests {
    private func vectors(_ count: Int = 3) throws -> NetworkRequest {
        try NetworkVectors(
            hostCount: nil, hosts: Array(["h1", "h2", "h3"].prefix(count)),
            names: (1...count).map { "r\($0)" }, addresses: (1...count).map { "10.0.0.\($0)" },
            memories: Array(repeating: 96, count: count), interfaces: []
        ).request(name: "n1", image: ImageChoice())
    }

    @Test("routers are destroyed one by one, and the network with the last")
    func one() async throws {
        let world = try await World()
        _ = try await world.networks.create(try vectors(), waits: true)
        let refused = await refusal { try await world.machines.destroy("r3", on: "h3", waits: true) }
        #expect(refused?.code == .machineInNetwork, "refused for all other callers as usual")
        world.simulator.change("h1") { host in
            for id in host.domains.keys { host.domains[id]?.isRunning = false }
        }
        _ = try await world.machines.destroy("r3", on: "h3", leavesNetwork: true, waits: true)
        #expect(world.simulator.host("h3").domains.isEmpty && world.simulator.host("h3").segments.isEmpty)
        let left = try await world.networks.status("n1")
        #expect(left.network.hosts == ["h1", "h2"] && left.drift == [] && left.last == nil)
        #expect(
            try await world.networks.plan(try vectors(2)).changes.map(\.part) == [.router], "only r1, which is off")
        _ = try await world.machines.destroy("r1", on: "h1", leavesNetwork: true, waits: true)
        _ = try await world.machines.destroy("r2", on: "h2", leavesNetwork: true, waits: true)
        #expect(try await world.leftovers() == [])
        #expect(try await world.recorded(in: nil, limit: 1).first?.plan.service == "destroyVirtualMachine")
    }

    @Test("not for a network described by routers and links; a failure changes no record")
    func others() async throws {
        let world = try await World()
        _ = try await world.networks.create(VerificationTests.line, waits: true)
        let refused = await refusal {
            try await world.machines.destroy("r3", on: "h3", leavesNetwork: true, waits: true)
        }
        #expect(refused?.code == .machineInNetwork)
        _ = try await world.networks.destroy("n1", waits: true)

        _ = try await world.networks.create(try vectors(), waits: true)
        world.simulator.script([Fault(.perform, 1, .before, .refuse(Refusal(.hypervisorFailed, "no")), on: "h2")])
        _ = await refusal { try await world.machines.destroy("r3", on: "h3", leavesNetwork: true, waits: true) }
        #expect(try await world.store.fleet().networks.first?.routers.count == 3, "recorded until it is gone")
        world.simulator.script([])
        _ = try await world.machines.destroy("r3", on: "h3", leavesNetwork: true, waits: true)
        #expect(try await world.store.fleet().networks.first?.routers.count == 2)
    }
}
