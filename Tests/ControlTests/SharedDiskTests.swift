import Model
import Simulator
import Testing

@testable import Control

/// Moves between hosts with shared storage: a machine's disks stay where they are, and are never created or removed a
/// second time.
@Suite("Moving a machine whose disks both hosts have")
struct SharedDiskTests {
    private static let broke = Refusal(.hypervisorFailed, "the host broke")

    /// A machine with its own disk on h1; h1 and h2 share their storage, h3 has its own.
    private func made() async throws -> World {
        let world = try await World()
        world.simulator.share(["h1", "h2"])
        var request = world.request()
        request.diskGiB = 1
        _ = try await world.machines.create(request, waits: true)
        return world
    }

    @discardableResult
    private func migrate(_ world: World, from: String = "h1", to: String = "h2") async throws -> Machines.Moved {
        try await world.machines.migrate("r1", from: from, to: to, isLive: true, waits: true)
    }

    /// Ignores volumes, which each test checks itself: on shared storage a host also has the volumes of other hosts'
    /// machines.
    private func disorder(_ world: World) async throws -> [String] {
        try await world.disorder().filter { !$0.contains(" has vms-") }
    }

    private func lastSteps(_ world: World) async throws -> [String] {
        try #require(try await world.recorded(in: nil, limit: 1).first).plan.steps.map(\.name)
    }

    @Test("none of its disks is sent, created or removed, and it moves back in the same way")
    func there() async throws {
        let world = try await made()
        let before = world.simulator.host("h1").volumes
        try await migrate(world)
        #expect(try await lastSteps(world).allSatisfy { ["move", "proveAddress", "undefine"].contains($0) })
        #expect(world.simulator.host("h1").volumes == before && world.simulator.host("h2").volumes == before)
        #expect(world.simulator.transfers == 2, "its image's files were sent once, for its creation")
        #expect(try await disorder(world) == [])
        try await migrate(world, from: "h2", to: "h1")
        #expect(world.simulator.host("h1").volumes == before)
        #expect(try await disorder(world) == [])
        _ = try await world.machines.destroy("r1", on: "h1", waits: true)
        #expect(try await world.leftovers() == [])
    }

    @Test("on a host with separate storage, disks and image are created, and the shared ones removed")
    func away() async throws {
        let world = try await made()
        let own = try #require(try await world.store.fleet().machines.first).volumes
        try await migrate(world, to: "h3")
        #expect(world.simulator.host("h3").volumes.isSuperset(of: own))
        #expect(world.simulator.host("h1").volumes.isDisjoint(with: own))
        #expect(try await disorder(world) == [])
    }

    @Test("a copy on shared storage is recorded for both hosts, and no sweep of either removes it")
    func copies() async throws {
        let world = try await made()
        try await migrate(world)
        let copies = try await world.store.fleet().imagesOnHosts
        #expect(Set(copies.map(\.host)) == ["h1", "h2"] && copies.allSatisfy { $0.isShared == true })
        let report = try await world.pruning.prune("h1", unusedDays: 0)
        #expect(!report.lines.isEmpty && !report.lines.contains { $0.copy.leaves })
        try await migrate(world, from: "h2", to: "h1")
        _ = try await world.machines.destroy("r1", on: "h1", waits: true)
        _ = try await world.machines.create(world.request("r2", on: "h2", address: "10.0.0.2"), waits: true)
        #expect(world.simulator.transfers == 2, "not sent over the copy that the other host uses")
    }

    @Test("only a file directly in a pool marks the pool as shared")
    func pools() async throws {
        let world = try await World()
        let survey = try await world.simulator.survey(World.host("h1"))
        let copy = ImageOnHost(host: "h1", digest: Digest("d"), volume: VolumeName(pool: "default", name: "v"))
        let before = Fleet(hosts: [], machines: [], imagesOnHosts: [copy])
        var fleet = before
        fleet.share(["/pool/below/disk.img", "/pool2/disk.img"], of: "h1", survey, with: "h2", survey)
        #expect(fleet == before)
        fleet.share(["/pool/disk.img"], of: "h1", survey, with: "h2", survey)
        #expect(fleet.imagesOnHosts.map(\.host) == ["h1", "h2"])
    }

    @Test("a fault at every step leaves the disks unchanged", arguments: Fault.Moment.allCases, ["h1", "h2"])
    func fault(moment: Fault.Moment, host: String) async throws {
        for number in 1...4 {
            let world = try await made()
            let before = world.simulator.host("h1").volumes
            world.simulator.script([Fault(.perform, number, moment, .refuse(Self.broke), on: host)])
            let refused = await refusal { try await migrate(world) }
            world.simulator.script([])
            #expect(world.simulator.host("h1").volumes == before && world.simulator.host("h2").volumes == before)
            if refused?.code == .operationStuck {
                let stuck = try #require(try await world.recorded(in: .stuck, limit: 1).first)
                try await world.operations.resolve(stuck.id, retry: true)
            }
            #expect(try await disorder(world) == [])
        }
    }

    @Test("a disk that VMS did not create: moved if both hosts have it, otherwise refused")
    func given() async throws {
        let world = try await World()
        world.simulator.share(["h1", "h2"])
        _ = try await world.machines.create(world.requestOfDisk(), waits: true)
        let refused = await refusal { try await migrate(world, to: "h3") }
        #expect(refused?.code == .notOffered && refused?.reason.contains("/pool/given.img") == true)
        try await migrate(world)
        #expect(world.simulator.host("h2").volumes.contains { $0.name == "given.img" })
        #expect(world.simulator.host("h2").domains.values.map(\.isRunning) == [true])
        #expect(try await world.store.fleet().machines.map(\.host) == ["h2"])
        _ = try await world.machines.destroy("r1", on: "h2", waits: true)
        #expect(world.simulator.host("h1").volumes.map(\.name) == ["given.img"])
    }

    @Test("a router of a network moves like any other machine")
    func router() async throws {
        let world = try await World()
        world.simulator.share(["h1", "h2", "h3"])
        let request = NetworkRequest(
            name: "n1",
            routers: [
                .init(name: "r1", host: "h1", memoryMiB: 96), .init(name: "r2", host: "h2", memoryMiB: 96),
            ], links: [.init(name: "ab", ends: [.init(router: "r1"), .init(router: "r2")])])
        _ = try await world.networks.create(request, waits: true)
        let before = world.simulator.host("h1").volumes
        let moved = try await world.networks.migrate(
            "n1", to: [:], others: "h3", isLive: true, within: MoveLimits(), isDry: false, waits: true)
        #expect(moved.ways.map(\.destination) == ["h3", "h3"])
        #expect(world.simulator.host("h3").volumes == before)
        #expect(try await world.networks.verify("n1").faults == [:])
        #expect(Set(try await world.store.fleet().machines.map(\.host)) == ["h3"])
    }
}
