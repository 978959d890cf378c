import FoundationEssentials
import Model
import Simulator
import Testing

@testable import Control

/// Whatever fails during a migration, exactly one copy of the machine runs, on the host in its record.
@Suite("Moving a machine")
struct MigrationTests {
    private static let broke = Refusal(.hypervisorFailed, "the host broke")

    /// Three routers on two hosts: r2 is alone on h2, and h3 is empty.
    private static func network() -> NetworkRequest {
        NetworkRequest(
            name: "n1",
            routers: [
                .init(name: "r1", host: "h1", memoryMiB: 96), .init(name: "r2", host: "h2", memoryMiB: 96),
                .init(name: "r3", host: "h1", memoryMiB: 96),
            ],
            links: [
                .init(name: "ab", ends: [.init(router: "r1"), .init(router: "r2")]),
                .init(name: "bc", ends: [.init(router: "r2"), .init(router: "r3")]),
            ])
    }

    private func made(
        afterEntry: @escaping @Sendable (JournalEntry) async -> Void = { _ in }
    ) async throws -> World {
        let world = try await World(afterEntry: afterEntry)
        _ = try await world.networks.create(Self.network(), waits: true)
        return world
    }

    private func last(_ world: World) async throws -> Model.Operation {
        try #require(try await world.recorded(in: nil, limit: 1).first)
    }

    private func disorder(_ world: World) async throws -> [String] { try await world.disorder() }

    private func host(of machine: String, _ world: World) async throws -> String? {
        try await world.store.fleet().machines.first { $0.name == machine }?.host
    }

    @Test("a router moves with its links, is proven there, and nothing of it stays behind")
    func router() async throws {
        let world = try await made()
        let before = try #require(world.simulator.host("h2").domains.values.first)
        let moved = try await world.machines.migrate("r2", from: "h2", to: "h3", isLive: true, waits: true)
        #expect(moved.destination == "h3")
        #expect(
            moved.outcome?.phases.map(\.name) == [
                "segments", "disks", "move", "links", "across", "reach", "what it leaves", "segments that go",
            ])
        #expect(try await disorder(world) == [])
        #expect(try await host(of: "r2", world) == "h3")
        #expect(moved.outcome?.moves.first?.losses.map(\.link) == ["ab", "bc"])
        #expect(
            moved.outcome?.moves.first?.losses.map(\.host) == ["h1", "h1"], "measured at the links' other ends"
        )
        #expect(world.simulator.host("h2").domains.isEmpty && world.simulator.host("h2").segments.isEmpty)
        let after = try #require(world.simulator.host("h3").domains.values.first)
        #expect(after.spec?.interfaces == before.spec?.interfaces, "its MAC addresses and its bridges' names stay")
        #expect(try await world.networks.verify("n1").faults == [:])
        var request = Self.network()
        request.routers[1].host = "h3"
        #expect(try await world.networks.plan(request).isSettled, "the record equals the request, except for the host")
        _ = try await world.machines.migrate("r2", from: "h3", to: "h2", isLive: false, waits: true)
        #expect(try await disorder(world) == [])
        #expect(try await world.networks.plan(Self.network()).isSettled)
        _ = try await world.networks.destroy("n1", waits: true)
        #expect(try await world.leftovers() == [])
    }

    @Test("to a host that already has its link, and to a host that then has both ends")
    func onto() async throws {
        let world = try await made()
        _ = try await world.machines.migrate("r2", from: "h2", to: "h1", isLive: true, waits: true)
        #expect(try await disorder(world) == [])
        #expect(world.simulator.host("h1").segments.values.map(\.peers) == [[], []], "no VXLAN is needed any more")
        _ = try await world.machines.migrate("r3", from: "h1", to: "h3", isLive: true, waits: true)
        #expect(try await disorder(world) == [])
        #expect(try await world.networks.verify("n1").faults == [:])
    }

    @Test("a machine without a network keeps its scheduler's parameters")
    func single() async throws {
        let world = try await World()
        _ = try await world.machines.create(world.request(), waits: true)
        _ = try await world.machines.setScheduler("r1", on: "h1", weight: 512, cap: nil, waits: true)
        _ = try await world.machines.migrate("r1", from: "h1", to: "h2", isLive: true, waits: true)
        #expect(try await disorder(world) == [])
        #expect(world.simulator.host("h2").domains.values.first?.scheduler["cpu_shares"] == .uint64(512))
        _ = try await world.machines.destroy("r1", on: "h2", waits: true)
        #expect(try await world.leftovers() == [])
    }

    @Test(
        "a fault at every step", arguments: Fault.Moment.allCases,
        World.hosts.flatMap { host in (1...9).map { (host, $0) } })
    func fault(moment: Fault.Moment, at: (host: String, number: Int)) async throws {
        let world = try await made()
        let before = try await world.store.fleet()
        world.simulator.script([Fault(.perform, at.number, moment, .refuse(Self.broke), on: at.host)])
        let refused = await refusal {
            try await world.machines.migrate("r2", from: "h2", to: "h3", isLive: true, waits: true)
        }
        world.simulator.script([])
        let operation = try await last(world)
        if refused == nil {
            #expect(operation.state == .succeeded)
        } else if operation.isSettled {
            #expect(refused?.code == .operationStuck && refused?.reason.contains("is on its new host") == true)
            #expect(try await host(of: "r2", world) == "h3")
            try await world.operations.resolve(operation.id, retry: true)
            #expect(try await last(world).state == .succeeded)
        } else {
            #expect(refused?.code == .hypervisorFailed && refused?.host == at.host)
            #expect(operation.state == .failed)
            let now = try await world.store.fleet()
            #expect(now.networks == before.networks && now.machines == before.machines)
        }
        #expect(try await disorder(world) == [])
        #expect(try await world.networks.verify("n1").faults == [:])
    }

    @Test("a fault during the undo leaves the operation stuck, with the reason; a retry undoes it", arguments: 1...9)
    func stuck(number: Int) async throws {
        let world = try await made()
        world.simulator.script([
            Fault(.perform, number, .after, .refuse(Self.broke), on: "h3"),
            Fault(.undo, 1, .before, .refuse(Self.broke), on: "h3"),
        ])
        let refused = await refusal {
            try await world.machines.migrate("r2", from: "h2", to: "h3", isLive: true, waits: true)
        }
        #expect(refused?.code == .operationStuck)
        if try await host(of: "r2", world) == "h3" {
            // The machine could not be moved back yet: its links and files stay on both hosts.
            #expect(world.simulator.host("h1").segments.values.map(\.peers.count) == [2, 2])
            #expect(world.simulator.host("h3").segments.count == 2)
        }
        world.simulator.script([])
        try await world.operations.resolve(try await last(world).id, retry: true)
        #expect(try await last(world).state == .failed)
        #expect(try await disorder(world) == [])
        #expect(try await host(of: "r2", world) == "h2")
    }

    @Test("accepted while it could not be moved back: the record names its present host")
    func accepted() async throws {
        let world = try await made()
        let count = try await steps(before: "move", world)
        world.simulator.script([
            Fault(.perform, count + 2, .before, .refuse(Self.broke), on: "h3"),
            Fault(.undo, 1, .before, .refuse(Self.broke), times: 9, on: "h3"),
        ])
        let refused = await refusal {
            try await world.machines.migrate("r2", from: "h2", to: "h3", isLive: true, waits: true)
        }
        #expect(refused?.code == .operationStuck)
        world.simulator.script([])
        try await world.operations.resolve(try await last(world).id, retry: false)
        #expect(try await host(of: "r2", world) == "h3")
        let network = try #require(try await world.store.fleet().networks.first)
        #expect(network.router("r2")?.host == "h3" && Set(network.links.flatMap(\.ends).map(\.host)) == ["h1", "h3"])
        #expect(world.simulator.host("h3").domains.values.map(\.isRunning) == [true])
        #expect(try await world.networks.verify("n1").faults == [:])
    }

    @Test("the server ends after each journal entry", arguments: 1...60)
    func crash(entries: Int) async throws {
        let stop = Stop()
        let world = try await made { _ in await stop.reached() }
        await stop.begin(after: entries)
        let task = Task {
            try await world.machines.migrate("r2", from: "h2", to: "h3", isLive: true, waits: true)
        }
        try await eventually {
            if await stop.isOver { return true }
            return try await world.recorded(in: .succeeded, limit: 9).count == 2
        }
        task.cancel()
        // `entries` exceeds the number of entries, so that the operation was complete.
        guard await stop.isOver else { return #expect(await stop.entries >= 40) }
        try world.close()
        let next = try await World(after: world)
        try await next.operations.recover()
        #expect(try await last(next).state.isOver)
        #expect(try await disorder(next) == [])
        #expect(try await next.networks.verify("n1").faults == [:])
    }

    @Test("the old host dies after the switchover: its remains are removed when it answers again, without a request")
    func lostSource() async throws {
        let world = try await made()
        await world.watch.attend(World.host("h2"))
        _ = try await world.hosts.events(after: 0, on: "h2", limit: 1, patience: .seconds(30))
        // The old host first changes two links; the removal of the remains is its third step.
        let silence = Refusal(.hostUnreachable, "host 'h2' does not answer")
        world.simulator.script([Fault(.perform, 3, .before, .refuse(silence), on: "h2")])
        let refused = await refusal {
            try await world.machines.migrate("r2", from: "h2", to: "h3", isLive: true, waits: true)
        }
        #expect(refused?.code == .operationStuck && refused?.reason.contains("when the host answers again") == true)
        #expect(try await host(of: "r2", world) == "h3")
        world.simulator.silence("h2")
        world.simulator.restore("h2")
        try await eventually { try await last(world).state == .succeeded }
        #expect(try await disorder(world) == [])
        await world.watch.leave("h2")
    }

    @Test("an evacuated host: machines move where they fit; one that cannot move stays, with the reason")
    func evacuated() async throws {
        let world = try await made()
        _ = try await world.machines.create(world.request("lone", address: "10.9.0.1"), waits: true)
        _ = try await world.machines.create(world.request("off", address: "10.9.0.2"), waits: true)
        _ = try await world.machines.shutdown("off", on: "h1", seconds: 5, waits: true)
        let planned = try await world.machines.evacuate("h1", isLive: true, isDry: true)
        #expect(planned.map(\.move.machine.name) == ["lone", "off", "r1", "r3"])
        #expect(Set(planned.map(\.move.destination)) == ["h2", "h3", nil] && planned.allSatisfy { $0.moved == nil })
        #expect(planned[1].move.destination == nil && planned[1].move.because.hasPrefix("it is shutOff"))
        #expect(try await world.store.fleet().host("h1").maintenance == nil, "a dry run changes nothing")
        let results = try await world.machines.evacuate("h1", isLive: true, isDry: false)
        #expect(results.filter { $0.refusal != nil }.map(\.move.machine.name) == ["off"])
        #expect(results[1].refusal?.code == .machineNotRunning)
        #expect(world.simulator.host("h1").domains.values.map(\.name) == ["off"])
        #expect(try await world.networks.verify("n1").faults == [:])
        #expect(
            await refusal { try await world.machines.create(world.request(), waits: true) }?.code == .hostInMaintenance)
        _ = try await world.machines.destroy("off", on: "h1", waits: true)
        #expect(try await disorder(world) == [])
        #expect(try await world.machines.evacuate("h1", isLive: true, isDry: false).isEmpty)
        world.simulator.silence("h1")
        #expect(
            await refusal { try await world.machines.evacuate("h1", isLive: true, isDry: true) }?.code
                == .hostUnreachable)
    }

    @Test("a network on a single host leaves it, router by router")
    func spread() async throws {
        let world = try await World()
        var request = Self.network()
        request.routers[1].host = "h1"
        _ = try await world.networks.create(request, waits: true)
        let results = try await world.machines.evacuate("h1", isLive: true, isDry: false)
        #expect(results.compactMap(\.refusal) == [] && results.count == 3)
        #expect(world.simulator.host("h1").domains.isEmpty && world.simulator.host("h1").segments.isEmpty)
        #expect(try await disorder(world) == [])
        #expect(try await world.networks.verify("n1").faults == [:])
    }

    @Test("a migration is reported as one move, without other events")
    func events() async throws {
        let world = try await made()
        await world.watch.attend(World.host("h2"))
        let before = try await world.hosts.events(after: 0, on: "h2", limit: 9, patience: .seconds(30))
        let id = try #require(try await world.store.fleet().machines.first { $0.name == "r2" }).id
        _ = try await world.machines.migrate("r2", from: "h2", to: "h3", isLive: true, waits: true)
        world.simulator.emit("h2", .machine(id, name: "r2", .movedAway))
        world.simulator.emit("h2", .machine(id, name: "r2", .undefined))
        let reported = try await world.hosts.events(
            after: before.last?.number ?? 0, on: "h2", limit: 9, patience: .seconds(30))
        #expect(reported.map(\.kind) == [.machineMoved] && reported.first?.words.contains("on host h3 now") == true)
        await world.watch.leave("h2")
    }

    @Test("cancelled during the migration: the machine stays")
    func cancelled() async throws {
        let world = try await made()
        let count = try await steps(before: "move", world)
        world.simulator.script([Fault(.perform, count + 1, .before, .hang, on: "h3")])
        let moved = try await world.machines.migrate("r2", from: "h2", to: "h3", isLive: true, waits: false)
        try await eventually {
            let operation = try await last(world)
            return operation.plan.steps.indices.contains {
                operation.plan.steps[$0].name == "move" && operation.steps[$0] == .begun
            }
        }
        let busy = await refusal {
            try await world.machines.migrate("r2", from: "h2", to: "h1", isLive: true, waits: true)
        }
        #expect(busy?.code == .machineBusy)
        #expect(await refusal { try await world.networks.destroy("n1", waits: true) }?.code == .machineBusy)
        try world.operations.cancel(moved.operation)
        #expect(await refusal { try await world.operations.outcome(of: moved.operation) }?.code == .cancelled)
        #expect(try await disorder(world) == [])
        #expect(try await host(of: "r2", world) == "h2")
    }

    /// The number of steps on h3 before the first step of that name.
    private func steps(before name: String, _ world: World) async throws -> Int {
        _ = try await world.machines.migrate("r2", from: "h2", to: "h3", isLive: true, waits: true)
        let plan = try await last(world).plan
        _ = try await world.machines.migrate("r2", from: "h3", to: "h2", isLive: true, waits: true)
        // Its image stays on h3, and is not sent again.
        return plan.lanes.filter { $0.host.name == "h3" }.flatMap(\.steps).map { plan.steps[$0] }
            .prefix { $0.name != name }.count { !$0.isShared }
    }

    @Test("obstacles are reported before any change")
    func refused() async throws {
        let world = try await made()
        let before = World.hosts.map(world.simulator.host)
        func refused(_ name: String = "r2", from: String = "h2", to: String) async -> Refusal? {
            await refusal { try await world.machines.migrate(name, from: from, to: to, isLive: true, waits: true) }
        }
        let same = await refused(to: "h2")
        #expect(same?.code == .invalidValue && same?.subject == .destinationHost)
        #expect(await refused("r9", to: "h3")?.code == .machineNotFound)
        let unknown = await refused(to: "h9")
        #expect(unknown?.code == .hostNotRegistered && unknown?.subject == .destinationHost)
        #expect(await refused(from: "h1", to: "h3")?.code == .machineNotFound)
        try await world.store.apply([.setMaintenance(host: "h3", since: .distantPast)])
        let resting = await refused(to: "h3")
        #expect(resting?.code == .hostInMaintenance && resting?.subject == .destinationHost)
        try await world.store.apply([.setMaintenance(host: "h3", since: nil)])
        world.simulator.silence("h3")
        #expect(await refused(to: "h3")?.code == .hostUnreachable)
        world.simulator.restore("h3")
        world.simulator.change("h3") { $0.domains[MachineID("1")] = .init(name: "r2", isRunning: true) }
        #expect(await refused(to: "h3")?.code == .machineNameTaken)
        world.simulator.change("h3") { $0.domains.removeAll() }
        world.simulator.change("h3") { $0.memory = 64 << 20 }
        let small = await refused(to: "h3")
        #expect(small?.code == .notEnoughMemory && small?.reason.contains("it has 64 MiB free") == true)
        world.simulator.change("h3") { $0.memory = 1 << 40 }
        #expect(World.hosts.map(world.simulator.host) == before)
        world.simulator.change("h2") { host in
            for id in host.domains.keys { host.domains[id]?.isRunning = false }
        }
        #expect(await refused(to: "h3")?.code == .machineNotRunning)
    }
}
