import Model
import Simulator
import Testing

@testable import Control

/// A machine that stands still, by us or by somebody else.
@Suite("Pausing and resuming")
struct PauseTests {
    private func made() async throws -> World {
        let world = try await World()
        _ = try await world.machines.create(world.request(), waits: true)
        return world
    }

    private func domain(_ world: World) throws -> SimulatedHost.Domain {
        try #require(world.simulator.host("h1").domains.values.first)
    }

    private func last(_ world: World) async throws -> Model.Operation {
        try #require(try await world.store.operations(in: nil, limit: 1).first)
    }

    @Test("paused, told as such, and resumed")
    func both() async throws {
        let world = try await made()
        let started = try await world.store.fleet().machines.first?.startedAt
        _ = try await world.machines.pause("r1", on: "h1", waits: true)
        #expect(try domain(world).isPaused)
        var status = try await world.machines.status("r1", on: "h1")
        #expect(status.observed?.state == .paused && status.asked?.asked == .paused && status.uptime != nil)
        #expect(
            await refusal { try await world.machines.pause("r1", on: "h1", waits: true) }?.code == .machineAlreadyPaused
        )
        _ = try await world.machines.resume("r1", on: "h1", waitFor: .address, waits: true)
        status = try await world.machines.status("r1", on: "h1")
        #expect(status.observed?.state == .running && status.asked?.asked == .running)
        #expect(status.asked?.startedAt == started)
        let refused = await refusal {
            try await world.machines.resume("r1", on: "h1", waitFor: .address, waits: true)
        }
        #expect(refused?.code == .machineAlreadyRunning && refused?.field == "vmName")
    }

    @Test("a fault leaves it as it was", arguments: Fault.Moment.allCases)
    func fault(moment: Fault.Moment) async throws {
        let world = try await made()
        let down = Refusal(.hypervisorFailed, "the host broke")
        world.simulator.script([Fault(.perform, 1, moment, .refuse(down))])
        #expect(
            await refusal { try await world.machines.pause("r1", on: "h1", waits: true) }?.code == .hypervisorFailed)
        #expect(try domain(world).state == .running)
        #expect(try await world.store.fleet().machines.map(\.asked) == [.running])
        world.simulator.script([])
        _ = try await world.machines.pause("r1", on: "h1", waits: true)
        for number in 1...3 {
            world.simulator.script([Fault(.perform, number, moment, .refuse(down))])
            let refused = await refusal {
                try await world.machines.resume("r1", on: "h1", waitFor: .address, waits: true)
            }
            #expect(refused?.code == .hypervisorFailed)
            #expect(try domain(world).state == .paused)
            #expect(try await world.store.fleet().machines.map(\.asked) == [.paused])
        }
    }

    @Test("one that was paused behind our back goes on when it is started, and is shut down")
    func behind() async throws {
        let world = try await made()
        world.simulator.change("h1") { host in for id in host.domains.keys { host.domains[id]?.isPaused = true } }
        _ = try await world.machines.start("r1", on: "h1", waitFor: .address, waits: true)
        #expect(try domain(world).state == .running)
        #expect(try await last(world).plan.steps.map(\.name) == ["checkAddressFree", "resume", "proveAddress"])
        world.simulator.change("h1") { host in for id in host.domains.keys { host.domains[id]?.isPaused = true } }
        _ = try await world.machines.shutdown("r1", on: "h1", seconds: 5, waits: true)
        #expect(try domain(world).state == .shutOff)
    }
}
