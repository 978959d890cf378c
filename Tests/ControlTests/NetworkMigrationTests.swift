import FoundationEssentials
import Model
import Simulator
import Testing

@testable import Control

/// A network moves completely or not at all, one router at a time, and no router ever runs twice.
@Suite("Moving a network")
struct NetworkMigrationTests {
    private static let broke = Refusal(.hypervisorFailed, "the host broke")

    /// A line of three routers: only the middle one disconnects others when it is missing.
    private static func line(_ name: String = "n1", _ letter: String = "r") -> NetworkRequest {
        let names = (1...3).map { "\(letter)\($0)" }
        return NetworkRequest(
            name: name,
            routers: zip(names, ["h1", "h1", "h2"]).map { .init(name: $0, host: $1, memoryMiB: 96) },
            links: [
                // Small enough for a VXLAN, which the link does not need yet.
                .init(name: "ab", ends: [.init(router: names[1]), .init(router: names[0])], mtu: 1450),
                .init(name: "bc", ends: [.init(router: names[1]), .init(router: names[2])]),
            ])
    }

    private func made(
        _ request: NetworkRequest = line(), afterEntry: @escaping @Sendable (JournalEntry) async -> Void = { _ in }
    ) async throws -> World {
        let world = try await World(afterEntry: afterEntry)
        _ = try await world.networks.create(request, waits: true)
        return world
    }

    private func migrate(
        _ world: World, _ hosts: [String: String] = [:], others: String? = nil, isDry: Bool = false
    ) async throws(Refusal) -> Networks.Migrated {
        try await world.networks.migrate(
            "n1", to: hosts, others: others, isLive: true, within: MoveLimits(), isDry: isDry, waits: true)
    }

    private func hosts(_ world: World) async throws -> [String] {
        try await world.store.fleet().network("n1").routers.map(\.host)
    }

    private func last(_ world: World) async throws -> Model.Operation {
        try #require(try await world.recorded(in: nil, limit: 1).first)
    }

    @Test("every router reaches its destination, the middle one last, and nothing stays behind")
    func whole() async throws {
        let world = try await made()
        let dry = try await migrate(world, others: "h3", isDry: true)
        #expect(dry.operation == nil)
        #expect(try await hosts(world) == ["h1", "h1", "h2"])
        let moved = try await migrate(world, others: "h3")
        #expect(moved.ways.map(\.router) == ["r1", "r3", "r2"])
        #expect(dry.ways == moved.ways, "the dry run equals the actual moves")
        #expect(moved.outcome?.moves.map(\.machine) == ["r1", "r3", "r2"])
        #expect(moved.outcome?.moves.map { $0.losses.map(\.link) } == [["ab"], ["bc"], ["ab", "bc"]])
        #expect(try await hosts(world) == ["h3", "h3", "h3"])
        #expect(try await world.disorder() == [])
        #expect(world.simulator.host("h1").segments.isEmpty && world.simulator.host("h2").segments.isEmpty)
        #expect(try await world.networks.verify("n1").faults == [:])
        #expect(try await migrate(world, others: "h3").operation == nil, "there is nothing left to do")
        _ = try await world.networks.destroy("n1", waits: true)
        #expect(try await world.leftovers() == [])
    }

    @Test("routers that exchange places each move to the other's old host")
    func exchange() async throws {
        let world = try await made()
        _ = try await migrate(world, ["r1": "h2", "r3": "h1"])
        #expect(try await hosts(world) == ["h2", "h1", "h1"])
        #expect(try await world.disorder() == [])
        #expect(try await world.networks.verify("n1").faults == [:])
    }

    @Test(
        "a fault at every step: either all is moved back, or all is moved", arguments: Fault.Moment.allCases,
        World.hosts.flatMap { host in stride(from: 1, through: 19, by: 2).map { (host, $0) } })
    func fault(moment: Fault.Moment, at: (host: String, number: Int)) async throws {
        let world = try await made()
        let before = try await world.store.fleet()
        world.simulator.script([Fault(.perform, at.number, moment, .refuse(Self.broke), on: at.host)])
        let refused = await refusal { try await migrate(world, others: "h3") }
        world.simulator.script([])
        let operation = try await last(world)
        if refused != nil, operation.isSettled {
            #expect(refused?.code == .operationStuck)
            try await world.operations.resolve(operation.id, retry: true)
        }
        if refused == nil || operation.isSettled {
            #expect(try await last(world).state == .succeeded)
            #expect(try await hosts(world) == ["h3", "h3", "h3"])
        } else {
            #expect(refused?.code == .hypervisorFailed && refused?.host == at.host)
            #expect(operation.state == .failed)
            let now = try await world.store.fleet()
            #expect(now.networks == before.networks && now.machines == before.machines)
        }
        #expect(try await world.disorder() == [])
        #expect(try await world.networks.verify("n1").faults == [:])
    }

    @Test("the server ends after each journal entry", arguments: 1...85)
    func crash(entries: Int) async throws {
        let stop = Stop()
        let world = try await made { _ in await stop.reached() }
        await stop.begin(after: entries)
        let task = Task { try await migrate(world, others: "h3") }
        try await eventually {
            if await stop.isOver { return true }
            return try await world.recorded(in: .succeeded, limit: 9).count == 2
        }
        task.cancel()
        // `entries` exceeds the number of entries, so that the operation was complete.
        guard await stop.isOver else { return #expect(await stop.entries >= 70) }
        try world.close()
        let next = try await World(after: world)
        try await next.operations.recover()
        let operation = try await last(next)
        #expect(operation.state.isOver)
        #expect(try await hosts(next) == (operation.state == .succeeded ? ["h3", "h3", "h3"] : ["h1", "h1", "h2"]))
        #expect(try await next.disorder() == [])
        #expect(try await next.networks.verify("n1").faults == [:])
    }

    @Test("a host with routers of two networks is evacuated, both networks concurrently", arguments: [1, 2, 9])
    func evacuated(atOnce: Int) async throws {
        let world = try await made()
        _ = try await world.networks.create(Self.line("n2", "s"), waits: true)
        let results = try await world.machines.evacuate("h1", isLive: true, atOnce: atOnce, isDry: false)
        #expect(results.map(\.move.machine.name) == ["r1", "r2", "s1", "s2"])
        #expect(results.compactMap(\.refusal) == [])
        #expect(world.simulator.host("h1").domains.isEmpty)
        #expect(try await world.disorder() == [])
        for network in ["n1", "n2"] { #expect(try await world.networks.verify(network).faults == [:]) }
    }

    @Test("limits that cannot be kept are refused before any change")
    func limits() async throws {
        let world = try await made()
        let cases: [(MoveLimits, Bool, Refusal.Subject)] = [
            (MoveLimits(gapMilliseconds: 500), false, .gap),
            (MoveLimits(downtimeMilliseconds: 100), false, .downtime),
            (MoveLimits(afterDeadline: .suspend), true, .onDeadline),
            (MoveLimits(deadlineSeconds: 9, afterDeadline: .suspend, gapMilliseconds: 500), true, .onDeadline),
        ]
        for (limits, isLive, subject) in cases {
            let refused = await refusal {
                try await world.machines.migrate(
                    "r1", from: "h1", to: "h3", isLive: isLive, within: limits, waits: true)
            }
            #expect(refused?.code == .invalidValue && refused?.subject == subject)
        }
        #expect(try await hosts(world) == ["h1", "h1", "h2"])
    }

    @Test("impossible requests are refused with the field's name, and nothing moves")
    func refusals() async throws {
        let world = try await made()
        let unknown = await refusal { try await migrate(world, ["r9": "h3"]) }
        #expect(unknown?.code == .invalidValue && unknown?.reason.contains("r1, r2, r3") == true)
        #expect(await refusal { try await migrate(world) }?.subject == .router)
        #expect(await refusal { try await migrate(world, ["r1": "h9"]) }?.code == .hostNotRegistered)
        _ = try await world.hosts.setMaintenance(true, of: "h3")
        #expect(await refusal { try await migrate(world, others: "h3") }?.code == .hostInMaintenance)
        #expect(try await hosts(world) == ["h1", "h1", "h2"])
        #expect(
            try await world.recorded(in: nil, limit: 9).count == 1,
            "nothing was begun except the network's creation")
    }
}
