import Model
import Simulator
import Testing

@testable import Control

/// Machines that are paused, by us or by an administrator of the host.
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
        try #require(try await world.recorded(in: nil, limit: 1).first)
    }

    @Test("paused, reported as paused, and resumed")
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
        #expect(refused?.code == .machineAlreadyRunning && refused?.subject == .machineName)
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

    @Test("a machine paused by others is resumed by a start, and can be shut down")
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

    private func network() -> NetworkRequest {
        NetworkRequest(
            name: "n1",
            routers: World.hosts.enumerated().map { .init(name: "r\($0 + 1)", host: $1, memoryMiB: 96) },
            links: [
                .init(name: "ab", ends: [.init(router: "r1"), .init(router: "r2")]),
                .init(name: "bc", ends: [.init(router: "r2"), .init(router: "r3")]),
            ])
    }

    private func pause(_ router: String, on host: String, _ world: World) {
        world.simulator.change(host) { host in
            for (id, domain) in host.domains where domain.name == router { host.domains[id]?.isPaused = true }
        }
    }

    @Test("a paused router is reported, named in failed proofs, and resumed by an apply")
    func router() async throws {
        let world = try await World()
        _ = try await world.networks.create(network(), waits: true)
        #expect(try await world.networks.verify("n1").faults == [:])
        pause("r1", on: "h1", world)
        let status = try await world.networks.status("n1")
        #expect(status.states["r1"] == .paused)
        let reason = "router 'r1' is paused on host h1; resumeVirtualMachine, or applying the network, resumes it"
        #expect(status.doubts == ["ab": reason])
        let faults = try await world.networks.verify("n1").faults ?? [:]
        #expect(Array(faults.keys) == ["ab"] && faults["ab"]?.reason.description.hasSuffix(reason) == true)
        let planned = try await world.networks.plan(network())
        #expect(
            planned.changes.map { "\($0.kind.rawValue) \($0.name): \($0.words)" } == [
                "repair r1: is paused: is resumed"
            ])
        #expect(planned.plan.steps.first == .resumeMachine(.init(id: planned.machines[0].id, name: "r1")))
        let before = world.simulator.host("h1").domains.values.map(\.spec)
        _ = try await world.networks.apply(network(), plan: planned.token, waits: true)
        #expect(world.simulator.host("h1").domains.values.map(\.spec) == before, "it does not restart")
        #expect(try await world.networks.verify("n1").faults == [:])
        #expect(try await world.networks.plan(network()).changes == [])
    }

    @Test("a paused router whose record changes is resumed as well")
    func described() async throws {
        let world = try await World()
        _ = try await world.networks.create(network(), waits: true)
        pause("r2", on: "h2", world)
        var request = network()
        request.routers[1].note = "the middle"
        _ = try await world.networks.apply(request, plan: nil, waits: true)
        #expect(world.simulator.host("h2").domains.values.map(\.state) == [.running])
    }

    @Test("an apply that fails pauses it again")
    func undone() async throws {
        let world = try await World()
        _ = try await world.networks.create(network(), waits: true)
        pause("r1", on: "h1", world)
        world.simulator.script([Fault(.perform, 2, .before, .refuse(Refusal(.hypervisorFailed, "the host broke")))])
        #expect(
            await refusal { try await world.networks.apply(network(), plan: nil, waits: true) }?.code
                == .hypervisorFailed)
        #expect(world.simulator.host("h1").domains.values.map(\.state) == [.paused])
    }

    @Test("a paused machine is not moved, and the refusal names the remedy")
    func moved() async throws {
        let world = try await made()
        pause("r1", on: "h1", world)
        let refused = await refusal {
            try await world.machines.migrate("r1", from: "h1", to: "h2", isLive: true, waits: true)
        }
        #expect(refused?.code == .machineNotRunning && refused?.reason.contains("resumeVirtualMachine") == true)
        let planned = try await world.machines.evacuate("h1", isLive: true, isDry: true)
        #expect(planned.map(\.move.destination) == [nil] && planned[0].move.because.contains("resumeVirtualMachine"))
        let results = try await world.machines.evacuate("h1", isLive: true, isDry: false)
        #expect(results.map(\.refusal?.code) == [.machineNotRunning])
    }
}
