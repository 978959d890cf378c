import Model
import Simulator
import Testing

@testable import Control

/// The server ends after each journal entry, and starts again over the same database and the same hosts.
@Suite("A crash at every journal entry")
struct CrashTests {
    private func crash(
        after entries: Int, during body: @escaping @Sendable (World) async throws -> Void
    ) async throws -> World {
        let stop = Stop(after: entries)
        let world = try await World { _ in await stop.reached() }
        let task = Task { try await body(world) }
        try await eventually { await stop.isOver }
        task.cancel()
        try world.close()
        let next = try await World(after: world)
        try await next.operations.recover()
        return next
    }

    // Seven steps: each start is written with the end of the step before; then the end of the operation.
    @Test("create: complete or undone", arguments: 1...15)
    func create(entries: Int) async throws {
        let world = try await crash(after: entries) { world in
            _ = try await world.machines.create(world.request(), waits: false)
        }
        let operation = try #require(try await world.recorded(in: nil, limit: 1).first)
        #expect(operation.state == (entries < 14 ? .failed : .succeeded))
        if operation.state == .succeeded {
            #expect(world.simulator.host("h1").domains.values.map(\.isRunning) == [true])
            #expect(try await world.agrees())
        } else {
            #expect(try await world.leftovers() == [])
            #expect(operation.failure?.reason.contains("the server stopped") == true)
        }
        try await world.operations.recover()
        #expect(
            try await world.recorded(in: nil, limit: 1).first == operation, "a second start changes nothing")
    }

    // The create's 15 entries come first; then the destroy's three steps.
    @Test("destroy: finished by the next start", arguments: 16...22)
    func destroy(entries: Int) async throws {
        let world = try await crash(after: entries) { world in
            _ = try await world.machines.create(world.request(), waits: true)
            _ = try await world.machines.destroy("r1", on: "h1", waits: false)
        }
        #expect(try await world.recorded(in: nil, limit: 1).first?.state == .succeeded)
        #expect(try await world.leftovers() == [])
    }

    // The create's 15 entries come first; then one step.
    @Test("pause: paused, or running as before", arguments: 16...18)
    func pause(entries: Int) async throws {
        let world = try await crash(after: entries) { world in
            _ = try await world.machines.create(world.request(), waits: true)
            _ = try await world.machines.pause("r1", on: "h1", waits: false)
        }
        let isDone = try await world.recorded(in: nil, limit: 1).first?.state == .succeeded
        #expect(world.simulator.host("h1").domains.values.map(\.isPaused) == [isDone])
        #expect(try await world.store.fleet().machines.map(\.asked) == [isDone ? .paused : .running])
    }

    // The entries of create and pause come first; then three steps.
    @Test("resume: running, or paused as before", arguments: 19...25)
    func resume(entries: Int) async throws {
        let world = try await crash(after: entries) { world in
            _ = try await world.machines.create(world.request(), waits: true)
            _ = try await world.machines.pause("r1", on: "h1", waits: true)
            _ = try await world.machines.resume("r1", on: "h1", waitFor: .address, waits: false)
        }
        let isDone = try await world.recorded(in: nil, limit: 1).first?.state == .succeeded
        #expect(world.simulator.host("h1").domains.values.map(\.isPaused) == [!isDone])
        #expect(try await world.store.fleet().machines.map(\.asked) == [isDone ? .running : .paused])
    }

    private static func network() -> NetworkRequest {
        NetworkRequest(
            name: "n1",
            routers: World.hosts.enumerated().map { .init(name: "r\($0 + 1)", host: $1, memoryMiB: 96) },
            links: [.init(name: "lan", ends: (1...3).map { .init(router: "r\($0)") })])
    }

    // Each of three hosts has six steps until its router runs, and two proofs: a start and an end each, then the end of
    // all.
    @Test("create a network: complete or undone", arguments: 1...49)
    func createNetwork(entries: Int) async throws {
        let world = try await crash(after: entries) { world in
            _ = try await world.networks.create(Self.network(), waits: false)
        }
        let operation = try #require(try await world.recorded(in: nil, limit: 1).first)
        if operation.state == .succeeded {
            // The last ends of three lanes and the end of the operation may be one transaction.
            #expect(entries >= 46)
            #expect(try await world.networks.status("n1").last?.isWhole == true, "recorded with the operation's end")
            #expect(try await world.networks.verify("n1").faults == [:])
        } else {
            #expect(operation.state == .failed && entries < 49)
            #expect(try await world.leftovers() == [])
        }
    }

    /// One router more, one fewer, and one with more memory.
    private static func changed() -> NetworkRequest {
        var request = network()
        request.routers[0].memoryMiB = 128
        request.routers[2] = .init(name: "r4", host: "h3", memoryMiB: 96)
        request.links[0].ends[2] = .init(router: "r4")
        return request
    }

    // The create's 49 entries come first; then 14 steps, of which the last three remove.
    @Test("apply: as before, or as requested", arguments: 50...78)
    func apply(entries: Int) async throws {
        let world = try await crash(after: entries) { world in
            _ = try await world.networks.create(Self.network(), waits: true)
            _ = try await world.networks.apply(Self.changed(), plan: nil, waits: false)
        }
        let operation = try #require(try await world.recorded(in: nil, limit: 1).first)
        let isDone = operation.state == .succeeded
        #expect(isDone || operation.state == .failed)
        let left = try await world.networks.plan(isDone ? Self.changed() : Self.network())
        #expect(left.changes == [] && left.plan.steps.isEmpty)
        #expect((try await world.networks.status("n1").last != nil) == isDone, "an undone change is not proven again")
        #expect(try await world.networks.verify("n1").faults == [:])
        #expect(try await world.agrees())
        _ = try await world.networks.destroy("n1", waits: true)
        #expect(try await world.leftovers() == [])
    }

    @Test("destroy a network: finished by the next start", arguments: 50...74)
    func destroyNetwork(entries: Int) async throws {
        let world = try await crash(after: entries) { world in
            _ = try await world.networks.create(Self.network(), waits: true)
            _ = try await world.networks.destroy("n1", waits: false)
        }
        #expect(try await world.recorded(in: nil, limit: 1).first?.state == .succeeded)
        #expect(try await world.leftovers() == [])
    }

    // Four steps on each of two hosts; the third does not answer, and its part is abandoned with the end, or not at
    // all.
    @Test("destroy a network without a lost host: finished by the next start", arguments: 50...66)
    func abandonNetwork(entries: Int) async throws {
        let world = try await crash(after: entries) { world in
            _ = try await world.networks.create(Self.network(), waits: true)
            world.simulator.silence("h3")
            _ = try await world.networks.destroy("n1", abandons: true, waits: false)
        }
        #expect(try await world.recorded(in: nil, limit: 1).first?.state == .succeeded)
        #expect(try await world.leftovers(on: ["h1", "h2"]) == [])
        #expect(try await world.hosts.abandoned().map(\.host) == ["h3", "h3"])
        world.simulator.restore("h3")
        _ = try await world.hosts.endAbandoned(on: "h3", forgets: false, waits: true)
        #expect(try await world.leftovers() == [])
    }

    @Test("apply a network without a lost host: its part is abandoned, or everything stays", arguments: 50...61)
    func abandonPart(entries: Int) async throws {
        let world = try await crash(after: entries) { world in
            _ = try await world.networks.create(Self.network(), waits: true)
            world.simulator.silence("h3")
            let recorded = NetworkRequest(name: "n1", routers: [], links: [])
            _ = try await world.networks.apply(recorded, plan: nil, abandons: true, waits: false)
        }
        let isDone = try await world.recorded(in: nil, limit: 1).first?.state == .succeeded
        #expect(try await world.hosts.abandoned().count == (isDone ? 2 : 0))
        #expect(try await world.networks.status("n1").network.hosts.count == (isDone ? 2 : 3))
        #expect(try await world.store.fleet().machines.count == (isDone ? 2 : 3))
        world.simulator.restore("h3")
        _ = try await world.hosts.endAbandoned(on: "h3", forgets: false, waits: true)
        #expect(try await world.networks.verify("n1").faults == [:])
    }
}
