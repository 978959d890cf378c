import FoundationEssentials
import Model
import Simulator
import Testing

@testable import Control

/// Results of verifications are recorded, also across restarts, for as long as they are reliable.
@Suite("The last verification of a network")
struct VerificationTests {
    static let line = NetworkRequest(
        name: "n1",
        routers: World.hosts.enumerated().map { .init(name: "r\($0 + 1)", host: $1, memoryMiB: 96) },
        links: [
            .init(name: "ab", ends: [.init(router: "r1"), .init(router: "r2")]),
            .init(name: "bc", ends: [.init(router: "r2"), .init(router: "r3")]),
        ])

    private func last(_ world: World) async throws -> Verification? { try await world.networks.status("n1").last }

    private func restarted(_ world: World) async throws -> World {
        try world.close()
        return try await World(after: world)
    }

    @Test("recorded by a create, an apply, a repair and a move; kept across a restart")
    func operations() async throws {
        var world = try await World()
        let answer = try await world.networks.create(Self.line, waits: true)
        var before = try #require(try await last(world))
        #expect(before.faults == [:] && before.isWhole && answer.verification == before)
        world = try await restarted(world)
        let status = try await world.networks.status("n1")
        #expect(abs(try #require(status.last).time.timeIntervalSince(before.time)) < 0.001 && status.doubtful == [])

        var other = Self.line
        other.routers[0].memoryMiB = 128
        _ = try await world.networks.apply(other, plan: nil, waits: true)
        var now = try #require(try await last(world))
        #expect(now.time > before.time && now.doubted == [])
        before = now
        world.simulator.change("h3") { $0.segments.removeAll() }
        _ = try await world.networks.apply(other, plan: nil, waits: true)
        now = try #require(try await last(world))
        #expect(now.time > before.time, "a repair is proven too")
        before = now
        _ = try await world.machines.migrate("r1", from: "h1", to: "h2", isLive: true, waits: true)
        now = try #require(try await last(world))
        #expect(now.time > before.time)
        before = now
        _ = try await world.networks.migrate(
            "n1", to: ["r1": "h1"], others: nil, isLive: true, within: MoveLimits(), isDry: false, waits: true)
        world = try await restarted(world)
        now = try #require(try await last(world))
        #expect(now.time > before.time)
    }

    @Test("dropped if an apply failed after it had restarted routers")
    func undone() async throws {
        let world = try await World()
        _ = try await world.networks.create(Self.line, waits: true)
        var other = Self.line
        other.routers[0].memoryMiB = 128
        world.simulator.script([Fault(.perform, 2, .before, .refuse(Refusal(.proofFailed, "no")), on: "h1")])
        #expect(await refusal { try await world.networks.apply(other, plan: nil, waits: true) }?.code == .proofFailed)
        #expect(try await last(world) == nil)
        world.simulator.script([])
        _ = try await world.networks.verify("n1")
        #expect(try await last(world) != nil)
    }

    @Test("a lost host or a stopped router makes links doubtful until they are proven again")
    func doubts() async throws {
        var world = try await World()
        _ = try await world.networks.create(Self.line, waits: true)
        await world.watch.attend(World.host("h1"))
        try await eventually { await world.watch.condition(of: "h1")?.state == .up }
        let r1 = try #require(try await world.store.fleet().machines.first { $0.name == "r1" })
        world.simulator.emit("h1", .machine(r1.id, name: "r1", .stopped))
        try await eventually { try await last(world)?.doubted == ["ab"] }
        await world.watch.leave("h1")
        world = try await restarted(world)
        #expect(try await world.networks.status("n1").doubtful == ["ab"], "although its host reports it as running")
        _ = try await world.networks.verify("n1")
        #expect(try await world.networks.status("n1").doubtful == [])

        await world.watch.attend(World.host("h3"))
        try await eventually { await world.watch.condition(of: "h3")?.state == .up }
        world.simulator.silence("h3")
        try await eventually { try await last(world)?.doubted == ["bc"] }
        await world.watch.leave("h3")
        world = try await restarted(world)
        world.simulator.restore("h3")
        #expect(try await world.networks.status("n1").doubtful == ["bc"])
    }
}
