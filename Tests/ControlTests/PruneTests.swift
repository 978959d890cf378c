import FoundationEssentials
import Model
import Simulator
import Synchronization
import Testing

@testable import Control

@Suite("Sweeping unused copies")
struct PruneTests {
    private func copies(_ world: World) -> [String] {
        world.simulator.host("h1").volumes.map(\.name).filter { $0.hasPrefix("vms-image-") }.sorted()
    }

    private func recorded(_ world: World) async throws -> [String] {
        try await world.store.fleet().imagesOnHosts.map(\.volume.name)
    }

    private static let both = ["vms-image-aa", "vms-image-bb"]

    /// A world in which a machine was created and destroyed.
    private func used() async throws -> World {
        let world = try await World()
        _ = try await world.machines.create(world.request(), waits: true)
        _ = try await world.machines.destroy("r1", on: "h1", waits: true)
        return world
    }

    @Test("copies stay while a machine uses them, are then removed, and are sent again for the next machine")
    func wholeLife() async throws {
        let world = try await World()
        _ = try await world.machines.create(world.request(), waits: true)
        let kept = try await world.pruning.prune("h1", unusedDays: 0)
        #expect(kept.operations == [] && kept.freed == 0)
        #expect(Set(kept.lines.map(\.copy.why)) == ["machine 'r1' is made from it"])
        _ = try await world.machines.destroy("r1", on: "h1", waits: true)

        let dry = try await world.pruning.prune("h1", unusedDays: 0, isDry: true)
        #expect(dry.freed == 30 && dry.operations == [])
        #expect(copies(world) == Self.both)
        #expect(try await world.pruning.prune("h1", unusedDays: 1).freed == 0, "used today")

        let pruned = try await world.pruning.prune(nil, unusedDays: 0)
        #expect(
            pruned.freed == 30 && pruned.operations.count == 1
                && pruned.lines.map(\.image?.reference) == ["ipv4-rip:1", "ipv4-rip:1"])
        #expect(copies(world) == [])
        #expect(try await recorded(world) == [])

        let answer = try await world.machines.create(world.request(), waits: true)
        #expect(answer.outcome?.sentBytes == 30)
    }

    @Test("the base of a foreign volume stays, and so does its record")
    func strangersOverlay() async throws {
        let world = try await used()
        world.simulator.change("h1") { host in
            host.backing[VolumeName(pool: "default", name: "mine.qcow2")] = "/pool/vms-image-aa"
        }
        let report = try await world.pruning.prune("h1", unusedDays: 0)
        #expect(report.lines.map(\.copy.why) == ["volume mine.qcow2 uses it", "unused for 0 days"])
        #expect(copies(world) == ["vms-image-aa"])
        #expect(try await recorded(world) == ["vms-image-aa"])
    }

    @Test("a copy that becomes used between decision and step stays, and so does its record")
    func usedMeanwhile() async throws {
        let simulator = Mutex<Simulator?>(nil)
        let world = try await World(afterEntry: { _ in
            simulator.withLock { $0 }?.change("h1") { host in
                host.backing[VolumeName(pool: "default", name: "mine.qcow2")] = "/pool/vms-image-aa"
            }
        })
        _ = try await world.machines.create(world.request(), waits: true)
        _ = try await world.machines.destroy("r1", on: "h1", waits: true)
        let before = try await world.store.fleet().imagesOnHosts.first
        simulator.withLock { $0 = world.simulator }
        let report = try await world.pruning.prune("h1", unusedDays: 0)
        #expect(report.lines.map(\.copy.leaves) == [false, true] && report.freed == 20)
        #expect(copies(world) == ["vms-image-aa"])
        #expect(try await world.store.fleet().imagesOnHosts == [before], "its last use is unchanged")
    }

    @Test("a create that begins during a sweep keeps the copies or sends them again")
    func race() async throws {
        for held in [JournalEntry.began(0), .did(0)] {
            let gate = Gate()
            let world = try await World(afterEntry: { entry in
                if entry == held { await gate.pass() }
            })
            _ = try await world.machines.create(world.request(), waits: true)
            _ = try await world.machines.destroy("r1", on: "h1", waits: true)
            await gate.close()
            let pruning = Task { try await world.pruning.prune("h1", unusedDays: 0) }
            await gate.waited()
            let create = Task { try await world.machines.create(world.request(), waits: true) }
            await gate.open()
            _ = try await create.value
            _ = try await pruning.value
            #expect(world.simulator.host("h1").domains.values.map(\.isRunning) == [true])
            #expect(copies(world) == Self.both, "held after \(held)")
            #expect(try await recorded(world) == Self.both)
        }
    }

    @Test("a fault at the sweep's step loses no copy that is in use", arguments: Fault.Moment.allCases)
    func fault(moment: Fault.Moment) async throws {
        let world = try await used()
        world.simulator.script([Fault(.perform, 1, moment, .refuse(Refusal(.hypervisorFailed, "the host broke")))])
        #expect(await refusal { try await world.pruning.prune("h1", unusedDays: 0) }?.code == .hypervisorFailed)
        world.simulator.script([])
        _ = try await world.machines.create(world.request(), waits: true)
        #expect(copies(world) == Self.both)
        #expect(try await recorded(world) == Self.both)
    }

    @Test("a server that ends during a sweep resumes the sweep at its next start")
    func crash() async throws {
        let gate = Gate()
        let world = try await World(afterEntry: { entry in
            if entry == .began(0) { await gate.pass() }
        })
        _ = try await world.machines.create(world.request(), waits: true)
        _ = try await world.machines.destroy("r1", on: "h1", waits: true)
        await gate.close()
        let pruning = Task { try await world.pruning.prune("h1", unusedDays: 0) }
        await gate.waited()
        try world.close()
        await gate.open()
        _ = try? await pruning.value
        let again = try await World(after: world)
        try await again.operations.recover()
        #expect(copies(again) == [])
        #expect(try await recorded(again) == [])
        #expect(try await again.recorded(in: .succeeded, limit: 1).map(\.plan.service) == ["sweepImages"])
    }

    @Test("a create that lacks space first sweeps unused copies, and only as many as it needs")
    func room() async throws {
        let world = try await World()
        let old = ["1", "2", "3"].map {
            VolumeName(pool: "default", name: "vms-image-" + String(repeating: $0, count: 64))
        }
        world.simulator.change("h1") { host in
            host.room = 60
            for (index, volume) in old.enumerated() {
                host.volumes.insert(volume)
                (host.sizes[volume], host.written[volume]) = (20, Date(timeIntervalSince1970: Double(index)))
            }
        }
        _ = try await world.machines.create(world.request(), waits: true)
        #expect(copies(world) == [old[2].name] + Self.both)
        let operation = try #require(try await world.recorded(in: nil, limit: 1).first)
        #expect(operation.plan.steps.map(\.name).prefix(3) == ["sweepImages", "sendImage", "sendImage"])
    }

    @Test("if no sweep frees enough, a create reports the missing space and sweeps nothing")
    func noRoom() async throws {
        let world = try await World()
        let old = VolumeName(pool: "default", name: "vms-image-" + String(repeating: "1", count: 64))
        world.simulator.change("h1") { host in
            host.room = 29
            host.volumes.insert(old)
            (host.sizes[old], host.written[old]) = (9, Date(timeIntervalSince1970: 0))
        }
        let refused = await refusal { try await world.machines.create(world.request(), waits: true) }
        #expect(refused?.code == .storageFull)
        #expect(refused?.reason.contains("make 1 MiB of room") == true)
        #expect(copies(world) == [old.name])
        #expect(try await world.recorded(in: nil, limit: 1) == [])
    }

    @Test("a sweep of all hosts skips and names a silent one; a sweep of that host alone is refused")
    func silentHost() async throws {
        let world = try await World()
        _ = try await world.machines.create(world.request(on: "h2"), waits: true)
        _ = try await world.machines.destroy("r1", on: "h2", waits: true)
        world.simulator.silence("h1")
        let report = try await world.pruning.prune(nil, unusedDays: 0)
        #expect(report.unreachable == ["h1"])
        #expect(report.freed == 30)
        #expect(await refusal { try await world.pruning.prune("h1", unusedDays: 0) }?.code == .hostUnreachable)
    }

    @Test("automatic sweeps include hosts that answer, and skip hosts in maintenance or without an answer")
    func clock() async throws {
        let world = try await World(policy: .init(unusedDays: nil, roomPercent: 80))
        for (index, host) in ["h1", "h2"].enumerated() {
            world.simulator.change(host) { $0.room = 100 }
            _ = try await world.machines.create(
                world.request("r\(index)", on: host, address: "10.0.0.\(index + 1)"), waits: true)
            _ = try await world.machines.destroy("r\(index)", on: host, waits: true)
            await world.watch.attend(World.host(host))
            try await eventually { await world.watch.condition(of: host)?.state == .up }
        }
        _ = try await world.hosts.setMaintenance(true, of: "h2")
        await world.clock.round()
        #expect(world.simulator.host("h1").copies.count == 1, "10 bytes freed leave 80 of 100")
        #expect(world.simulator.host("h2").copies.count == 2)
        world.simulator.silence("h1")
        try await eventually { await world.watch.condition(of: "h1")?.state == .unreachable }
        _ = try await world.hosts.setMaintenance(false, of: "h2")
        await world.clock.round()
        #expect(world.simulator.host("h2").copies.count == 1)
        for host in ["h1", "h2"] { await world.watch.leave(host) }
    }
}

/// A gate that holds its callers while it is closed.
actor Gate {
    private var isClosed = false
    private var held: [CheckedContinuation<Void, Never>] = []
    private var watching: [CheckedContinuation<Void, Never>] = []

    func close() { isClosed = true }

    func pass() async {
        guard isClosed else { return }
        await withCheckedContinuation { continuation in
            held.append(continuation)
            for watcher in watching { watcher.resume() }
            watching = []
        }
    }

    /// Returns when the gate holds a caller.
    func waited() async {
        guard held.isEmpty else { return }
        await withCheckedContinuation { watching.append($0) }
    }

    func open() {
        isClosed = false
        for continuation in held { continuation.resume() }
        held = []
    }
}
