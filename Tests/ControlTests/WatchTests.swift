import FoundationEssentials
import Model
import Simulator
import Testing

@testable import Control

@Suite("Watching hosts")
struct WatchTests {
    private func kinds(_ world: World, until kind: HostEvent.Kind, after number: Int64 = 0) async throws -> [HostEvent]
    {
        var (events, last): ([HostEvent], Int64) = ([], number)
        while !events.contains(where: { $0.kind == kind }) {
            let more = try await world.hosts.events(after: last, on: nil, limit: 100, patience: .seconds(30))
            if more.isEmpty { return events }
            events += more
            last = more.last?.number ?? last
        }
        return events
    }

    @Test("A host is lost and returns; its missed events are reported")
    func lossAndReturn() async throws {
        let world = try await World()
        _ = try await world.machines.create(world.request(), waits: true)
        await world.watch.attend(World.host("h1"))
        var events = try await kinds(world, until: .hostUp)
        #expect(await world.watch.condition(of: "h1")?.state == .up)
        world.simulator.silence("h1")
        events = try await kinds(world, until: .hostLost, after: events.last?.number ?? 0)
        #expect(await world.watch.condition(of: "h1")?.why?.code == .hostUnreachable)
        world.simulator.change("h1") { host in
            for id in host.domains.keys { host.domains[id]?.isRunning = false }
        }
        world.simulator.restore("h1")
        events = try await kinds(world, until: .machineStopped, after: events.last?.number ?? 0)
        #expect(events.map(\.kind) == [.hostUp, .machineStopped])
        #expect(events.last?.words == "machine 'r1' is shutOff; its desired state is running")
        #expect(world.simulator.host("h1").domains.values.map(\.isRunning) == [false], "nothing is repaired")
        await world.watch.leave("h1")
    }

    @Test("a machine that was moved to another of our hosts is found there")
    func moved() async throws {
        let world = try await World()
        _ = try await world.machines.create(world.request(), waits: true)
        await world.watch.attend(World.host("h2"))
        var events = try await kinds(world, until: .hostUp)
        await world.watch.attend(World.host("h1"))
        events = try await kinds(world, until: .hostUp, after: events.last?.number ?? 0)
        let id = try #require(world.simulator.host("h1").domains.keys.first)
        let domain = try #require(world.simulator.host("h1").domains[id])
        world.simulator.change("h1") { $0.domains[id] = nil }
        world.simulator.change("h2") { $0.domains[id] = domain }
        world.simulator.emit("h1", .machine(id, name: "r1", .undefined))
        events = try await kinds(world, until: .machineMoved, after: events.last?.number ?? 0)
        #expect(events.last?.words.contains("is on host h2 now") == true)
        for host in ["h1", "h2"] { await world.watch.leave(host) }
    }

    @Test("observed states of removed machines are dropped")
    func forgets() async throws {
        let world = try await World()
        await world.watch.attend(World.host("h1"))
        var last = try await kinds(world, until: .hostUp).last?.number ?? 0
        for number in 1...80 {
            let id = MachineID("m\(number)")
            let machine = Machine(
                id: id, name: "m\(number)", host: "h1", asked: .running, address: nil, mac: nil, bridge: nil,
                memoryMiB: 96,
                vcpus: 1, image: nil, note: nil, created: Date(timeIntervalSince1970: 0), volumes: [], adopted: true,
                bootSeconds: 1)
            try await world.store.apply([.insertMachine(machine)])
            world.simulator.emit("h1", .machine(id, name: machine.name, .started))
            last = try await kinds(world, until: .machineStarted, after: last).last?.number ?? last
            try await world.store.apply([.removeMachine(id)])
        }
        #expect(await world.watch.observedCount(on: "h1") <= 40)
        await world.watch.leave("h1")
    }

    @Test("a waiting reader is woken by the next event, and gets an empty list if none comes")
    func longPoll() async throws {
        let world = try await World()
        #expect(try await world.hosts.events(after: 0, on: nil, limit: 10, patience: .zero).isEmpty)
        let reader = Task { try await world.hosts.events(after: 0, on: nil, limit: 10, patience: .seconds(60)) }
        _ = try await world.hosts.setMaintenance(true, of: "h1")
        #expect(try await reader.value.map(\.kind) == [.hostMaintenance])
        #expect(
            await refusal { try await world.machines.create(world.request(), waits: true) }?.code == .hostInMaintenance)
    }
}
