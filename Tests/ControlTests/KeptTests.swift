import Model
import Simulator
import Testing

@testable import Control

/// Changes by others to a machine of ours: saved memory, snapshots, checkpoints, other names, other definitions.
@Suite("What hosts keep of machines")
struct KeptTests {
    static let down = Refusal(.hypervisorFailed, "the host broke")

    private func made() async throws -> World {
        let world = try await World()
        _ = try await world.machines.create(world.request(), waits: true)
        return world
    }

    private func domain(_ world: World, on host: String = "h1") throws -> SimulatedHost.Domain {
        try #require(world.simulator.host(host).domains.values.first)
    }

    /// Changes every machine of a host without an event, as an administrator of that host would.
    private func changeMachines(
        _ world: World, on host: String = "h1", _ body: @Sendable (inout SimulatedHost.Domain) -> Void
    ) {
        world.simulator.change(host) { host in
            for id in Array(host.domains.keys) {
                host.domains[id].map { domain in
                    var domain = domain
                    body(&domain)
                    host.domains[id] = domain
                }
            }
        }
    }

    private func save(_ world: World, on host: String = "h1") {
        changeMachines(world, on: host) { domain in
            domain.saved = domain.spec
            domain.isRunning = false
        }
    }

    private func last(_ world: World) async throws -> Model.Operation {
        try #require(try await world.recorded(in: nil, limit: 1).first)
    }

    @Test("a start restores saved memory; a fault saves it again", arguments: Fault.Moment.allCases)
    func restored(moment: Fault.Moment) async throws {
        let world = try await made()
        save(world)
        #expect(try await world.machines.status("r1", on: "h1").observed?.isSaved == true)
        for number in 2...3 {
            world.simulator.script([Fault(.perform, number, moment, .refuse(Self.down))])
            #expect(
                await refusal { try await world.machines.start("r1", on: "h1", waitFor: .address, waits: true) }?.code
                    == .hypervisorFailed)
            #expect(try domain(world).state == .shutOff && domain(world).saved != nil)
        }
        world.simulator.script([])
        _ = try await world.machines.start("r1", on: "h1", waitFor: .address, waits: true)
        #expect(try domain(world).state == .running && domain(world).saved == nil)
        #expect(try await last(world).plan.steps.map(\.name) == ["checkAddressFree", "restore", "proveAddress"])
    }

    @Test("a start with dropsSaved drops saved memory and boots")
    func dropped() async throws {
        let world = try await made()
        save(world)
        _ = try await world.machines.start("r1", on: "h1", waitFor: .address, dropsSaved: true, waits: true)
        #expect(
            try await last(world).plan.steps.map(\.name) == [
                "checkAddressFree", "dropSavedMemory", "start", "proveAddress",
            ])
        #expect(try domain(world).state == .running && domain(world).saved == nil)
    }

    private func network(_ change: (inout NetworkRequest) -> Void = { _ in }) -> NetworkRequest {
        var request = NetworkRequest(
            name: "n1",
            routers: World.hosts.enumerated().map { .init(name: "r\($0 + 1)", host: $1, memoryMiB: 96) },
            links: [.init(name: "lan", ends: (1...3).map { .init(router: "r\($0)") })])
        change(&request)
        return request
    }

    private func spread() async throws -> World {
        let world = try await World()
        _ = try await world.networks.create(network(), waits: true)
        return world
    }

    /// Applies a request, checks that nothing is left to do, and returns the changes.
    private func applied(_ request: NetworkRequest, _ world: World) async throws -> [String] {
        let applied = try await world.networks.apply(request, plan: nil, waits: true)
        #expect(try await world.networks.plan(request).changes == [])
        #expect(try await world.networks.verify("n1").faults == [:])
        return applied.changes.map { "\($0.kind.rawValue) \($0.name): \($0.words)" }
    }

    @Test("a router with saved memory is restored, unless it changes")
    func network() async throws {
        let world = try await spread()
        save(world)
        #expect(
            try await applied(network(), world) == ["repair r1: is shutOff with its memory saved: is resumed from it"])
        #expect(try await last(world).plan.steps.map(\.name).first == "restore")
        save(world)
        let more = network { $0.routers[0].memoryMiB = 112 }
        #expect(
            try await applied(more, world) == [
                "change r1: vmRAM 96 → 112 MiB; its saved memory is dropped; restarts",
                "repair r1: is shutOff: is started",
            ])
        #expect(try await world.machines.status("r1", on: "h1").observed?.maxMemoryKiB == 112 * 1024)
        #expect(try domain(world).saved == nil)
    }

    @Test("saved memory of another size cannot match the record")
    func savedOtherwise() async throws {
        let world = try await spread()
        save(world)
        changeMachines(world) { $0.saved?.memoryMiB = 64 }
        #expect(
            try await applied(network(), world) == [
                "repair r1: was saved with 64 MiB instead of 96: is recreated as it was; its saved memory is dropped"
            ])
    }

    @Test("a difference that only the next start would show is fixed in the definition, and nothing restarts")
    func pending() async throws {
        let world = try await spread()
        changeMachines(world) { domain in
            domain.live = domain.spec
            domain.spec?.memoryMiB = 128
        }
        #expect(
            try await applied(network(), world) == [
                "repair r1: would start again with 128 MiB instead of 96: is defined again as it was"
            ])
        #expect(try domain(world).live != nil, "it did not restart")
        changeMachines(world) { $0.isPersistent = false }
        #expect(
            try await applied(network(), world) == [
                "repair r1: is not defined on its host any more, and would disappear when it stops: is defined again as it was"
            ])
        changeMachines(world) { $0.spec?.startsWithHost = false }
        #expect(
            try await applied(network(), world) == [
                "repair r1: does not start with its host any more: is defined again as it was"
            ])
    }

    @Test("a renamed machine is found by either name, and an apply restores its name")
    func renamed() async throws {
        let world = try await spread()
        changeMachines(world) { $0.name = "other" }
        for name in ["r1", "other"] {
            let status = try await world.machines.status(name, on: "h1")
            #expect(status.observed?.name == "other" && status.asked?.name == "r1")
        }
        let refused = await refusal { try await world.machines.destroy("other", on: "h1", waits: true) }
        #expect(refused?.code == .machineInNetwork && refused?.reason.contains("'other' (made as 'r1')") == true)
        let running = await refusal {
            try await world.machines.start("r1", on: "h1", waitFor: .started, waits: true)
        }
        #expect(running?.reason.contains("'r1' (called 'other' on host h1)") == true)
        #expect(
            try await applied(network(), world) == ["repair r1: is called 'other' on its host: is recreated as it was"]
        )
        #expect(try domain(world).name == "r1")
    }

    @Test("a renamed machine is destroyed by either name", arguments: ["r1", "other"])
    func destroyed(name: String) async throws {
        let world = try await made()
        changeMachines(world) { $0.name = "other" }
        _ = try await world.machines.destroy(name, on: "h1", waits: true)
        #expect(try await world.leftovers() == [])
    }

    @Test("destroy reports what stays and what is lost")
    func removed() async throws {
        let world = try await World()
        _ = try await world.machines.create(world.requestOfDisk(), waits: true)
        save(world)
        changeMachines(world) { domain in
            (domain.snapshots, domain.checkpoints) = (["one", "two"], ["night1"])
        }
        let answer = try await world.machines.destroy("r1", on: "h1", waits: true)
        #expect(answer.remains.stays == ["/pool/given.img"])
        #expect(answer.remains.lost == ["saved memory", "snapshots one, two", "checkpoints night1"])
        #expect(try await world.leftovers() == [])
    }

    @Test("so does destroying a network")
    func removedNetwork() async throws {
        let world = try await spread()
        changeMachines(world, on: "h3") { $0.snapshots = ["one"] }
        let fewer = network {
            $0.routers.removeLast()
            $0.links[0].ends.removeLast()
        }
        let planned = try await world.networks.plan(fewer)
        #expect(planned.changes.last?.words == "from host h3; with its snapshots one")
        let destroyed = try await world.networks.destroy("n1", waits: true)
        #expect(destroyed.remains.lost == ["snapshots one of r3"] && destroyed.remains.stays == [])
        #expect(try await world.leftovers() == [])
    }

    @Test("a machine with parts that cannot move is not migrated")
    func moved() async throws {
        let world = try await made()
        let cases: [(@Sendable (inout SimulatedHost.Domain) -> Void, String)] = [
            ({ $0.snapshots = ["one"] }, "snapshots (one)"), ({ $0.checkpoints = ["night1"] }, "checkpoints (night1)"),
            ({ $0.name = "other" }, "another name, 'other'"),
        ]
        for (change, words) in cases {
            changeMachines(world, change)
            let refused = await refusal {
                try await world.machines.migrate("r1", from: "h1", to: "h2", isLive: true, waits: true)
            }
            #expect(refused?.code == .notOffered && refused?.reason.contains(words) == true)
            changeMachines(world) { ($0.snapshots, $0.checkpoints, $0.name) = ([], [], "r1") }
        }
        _ = try await world.machines.migrate("r1", from: "h1", to: "h2", isLive: true, waits: true)
    }

    @Test("a router that writes to a foreign disk is not redefined without it")
    func overlaid() async throws {
        let world = try await spread()
        changeMachines(world) { domain in
            domain.spec?.disks.append(
                .init(path: "/pool/r1.night", format: .qcow2, target: "vdx", isReadOnly: false))
        }
        let more = network { $0.routers[0].memoryMiB = 112 }
        let refused = await refusal { try await world.networks.apply(more, plan: nil, waits: true) }
        #expect(refused?.code == .notOffered && refused?.reason.contains("/pool/r1.night") == true)
        #expect(refused?.machine == "r1")
        #expect(try await world.networks.plan(network()).changes == [], "without changes there is nothing to do")
    }
}
