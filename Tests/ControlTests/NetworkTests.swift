import Model
import Simulator
import Testing

@testable import Control

/// Networks over three hosts: after a fault, or the end of the server, at any point the network exists completely or
/// not at all.
@Suite("Virtual networks, all or nothing")
struct NetworkTests {
    private func line(_ name: String = "n1", _ letter: String = "r") -> NetworkRequest {
        NetworkRequest(
            name: name,
            routers: World.hosts.enumerated().map { .init(name: "\(letter)\($0 + 1)", host: $1, memoryMiB: 96) },
            links: [
                .init(name: "ab", ends: [.init(router: "\(letter)1"), .init(router: "\(letter)2")]),
                .init(name: "bc", ends: [.init(router: "\(letter)2"), .init(router: "\(letter)3")]),
            ])
    }

    private func isWhole(_ world: World) async throws -> Bool {
        let fleet = try await world.store.fleet()
        let hosts = World.hosts.map(world.simulator.host)
        return fleet.networks.count == 1 && fleet.machines.count == 3
            && hosts.allSatisfy { $0.domains.values.map(\.isRunning) == [true] }
            && hosts.map(\.segments.count) == [1, 2, 1]
    }

    private func last(_ world: World) async throws -> Model.Operation {
        try #require(try await world.recorded(in: nil, limit: 1).first)
    }

    @Test func madeAndDestroyed() async throws {
        let world = try await World()
        let answer = try await world.networks.create(line(), waits: true)
        #expect(try await isWhole(world))
        #expect(answer.outcome?.phases.map(\.name) == ["segments", "routers", "links", "across", "reach"])
        let proven = try await world.networks.verify("n1")
        #expect(proven.faults == [:] && proven.isFullyProven)
        let status = try await world.networks.status("n1")
        #expect(status.states == ["r1": .running, "r2": .running, "r3": .running])
        let one = await refusal { try await world.machines.destroy("r1", on: "h1", waits: true) }
        #expect(one?.code == .machineInNetwork)
        _ = try await world.networks.destroy("n1", waits: true)
        #expect(try await world.leftovers() == [])
        #expect(await refusal { try await world.networks.status("n1") }?.code == .networkNotFound)
    }

    @Test("links whose prefixes have no spare address are created, stay unchanged, and move")
    func withoutAddressToSpare() async throws {
        let world = try await World()
        var request = line()
        request.links = [
            .init(name: "ab", ends: [.init(router: "r1", address: "10.1.0.0/31"), .init(router: "r2")]),
            .init(name: "stub", ends: [.init(router: "r1", address: "10.255.0.1/32")]),
            .init(
                name: "bc", ends: [.init(router: "r2", address: "10.2.1.0"), .init(router: "r3")], prefix: "10.2.0.0/16"
            ),
        ]
        let made = try await world.networks.create(request, waits: true)
        #expect(
            made.network.links.map { $0.ends.map { "\($0.address!)" } } == [
                ["10.1.0.0/31", "10.1.0.1/31"], ["10.255.0.1/32"], ["10.2.1.0/16", "10.2.0.1/16"],
            ])
        #expect(
            made.network.links.map { $0.places.map { $0.probe != nil } } == [[false, false], [false], [true, true]])
        // The recorded network is requested again: the request must be valid and change nothing.
        for again in [request, NetworkRequest(name: "n1", routers: [], links: [])] {
            let applied = try await world.networks.apply(again, plan: nil, waits: true)
            #expect(applied.operation == nil && applied.changes.isEmpty)
        }
        #expect(try await world.networks.verify("n1").faults == [:])
        let moved = try await world.networks.migrate(
            "n1", to: ["r1": "h3"], others: nil, isLive: true, within: MoveLimits(), isDry: false, waits: true)
        #expect(moved.ways.map(\.destination) == ["h3"])
        #expect(try await world.networks.verify("n1").faults == [:])
        _ = try await world.networks.destroy("n1", waits: true)
        #expect(try await world.leftovers() == [])
    }

    @Test("a router that gets more interfaces needs the memory for them")
    func grows() async throws {
        let world = try await World()
        var request = line()
        _ = try await world.networks.create(request, waits: true)
        let more = (0..<5).map {
            NetworkRequest.Link(name: "m\($0)", ends: [.init(router: "r1"), .init(router: "r2")])
        }
        request.links += more
        let refused = await refusal { try await world.networks.apply(request, plan: nil, waits: true) }
        #expect(refused?.code == .outOfRange && refused?.machine == "r1" && refused?.subject == .memory)
        for index in request.routers.indices { request.routers[index].memoryMiB = nil }
        let applied = try await world.networks.apply(request, plan: nil, waits: true)
        #expect(applied.changes.contains { $0.name == "r2" && $0.words.contains("vmRAM 96 → 99 MiB") })
        #expect(try await world.store.fleet().machines.map(\.memoryMiB).sorted() == [96, 98, 99])
    }

    @Test("a plan equals what create then does, and leaves no trace")
    func planned() async throws {
        let world = try await World()
        let planned = try await world.networks.plan(line())
        #expect(try await world.leftovers() == [])
        #expect(try await world.recorded(in: nil, limit: 9).isEmpty)
        let made = try await world.networks.create(line(), waits: true)
        #expect(made.outcome?.phases.map(\.name) == planned.plan.stages.flatMap(\.phases))
        #expect(made.network.links.map(\.prefix) == planned.network.links.map(\.prefix))
        #expect(made.network.links.map(\.vni) == planned.network.links.map(\.vni))
        #expect(try await world.networks.plan(line()).plan.steps.isEmpty, "an existing network needs no steps")
    }

    // h2 has the most steps: two segments, two files, a seed, a definition, a start, then proofs.
    @Test(
        "a fault at any step on any host undoes everything everywhere",
        arguments: World.hosts, Fault.Moment.allCases.flatMap { moment in (1...7).map { (moment, $0) } })
    func fault(host: String, at: (moment: Fault.Moment, number: Int)) async throws {
        let world = try await World()
        let down = Refusal(.hypervisorFailed, "the host broke")
        world.simulator.script([Fault(.perform, at.number, at.moment, .refuse(down), on: host)])
        let refused = await refusal { try await world.networks.create(line(), waits: true) }
        #expect(refused?.code == .hypervisorFailed && refused?.host == host && refused?.operation != nil)
        #expect(try await world.leftovers() == [])
        #expect(try await last(world).state == .failed)
        world.simulator.script([])
        _ = try await world.networks.create(line(), waits: true)
        #expect(try await isWhole(world))
    }

    @Test("a failed undo on one host does not stop the undo on others; it is finished when the host answers again")
    func stuck() async throws {
        let world = try await World()
        let silent = Refusal(.hostUnreachable, "no answer")
        world.simulator.script([
            Fault(.perform, 8, .before, .refuse(silent), on: "h2"), Fault(.undo, 1, .before, .refuse(silent), on: "h2"),
        ])
        let refused = await refusal { try await world.networks.create(line(), waits: true) }
        #expect(refused?.code == .operationStuck)
        #expect(world.simulator.host("h1").domains.isEmpty && !world.simulator.host("h2").domains.isEmpty)
        let busy = await refusal { try await world.networks.destroy("n1", waits: true) }
        #expect(busy?.code == .machineBusy && busy?.subject == .networkName)
        world.simulator.script([])
        await world.operations.hostReturned("h2")
        #expect(try await world.leftovers() == [])
        #expect(try await last(world).state == .failed)
    }

    @Test("cancelled while it waits for a host: everything is undone")
    func cancelled() async throws {
        let world = try await World()
        world.simulator.script([Fault(.perform, 7, .before, .hang, on: "h3")])
        let answer = try await world.networks.create(line(), waits: false)
        try await eventually { world.simulator.host("h2").domains.values.contains(where: \.isRunning) }
        try world.operations.cancel(answer.operation)
        let refused = await refusal { try await world.operations.outcome(of: answer.operation) }
        #expect(refused?.code == .cancelled)
        #expect(try await world.leftovers() == [])
    }

    @Test("two networks are created in parallel; of two with one name, one succeeds")
    func sideBySide() async throws {
        let world = try await World()
        async let one = refusal { try await world.networks.create(line("n1", "r"), waits: true) }
        async let two = refusal { try await world.networks.create(line("n1", "s"), waits: true) }
        let codes = await [one, two].compactMap { $0?.code }
        #expect(codes.count == 1 && [.networkNameTaken, .machineBusy, .segmentTaken].contains(codes[0]))
        let letter = try await world.store.fleet().machines[0].name.hasPrefix("r") ? "s" : "r"
        _ = try await world.networks.create(line("n2", letter), waits: true)
        let vnis = try await world.store.fleet().networks.flatMap(\.links).compactMap(\.vni)
        #expect(Set(vnis).count == 4)
        #expect(try await world.networks.verify("n2").faults == [:])
    }

    @Test("many concurrent creates all succeed")
    func manyAtOnce() async throws {
        let world = try await World()
        let tasks = (1...8).map { number in
            Task { try await world.networks.create(line("n\(number)", "r\(number)-"), waits: true) }
        }
        for task in tasks { _ = try await task.value }
        let vnis = try await world.store.fleet().networks.flatMap(\.links).compactMap(\.vni)
        #expect(vnis.count == 16 && Set(vnis).count == 16)
    }

    @Test("VNIs that only a kernel knows to be in use are avoided in the plan, also without waiting")
    func hidden() async throws {
        let world = try await World()
        world.simulator.change("h2") { $0.hiddenVNIs = [4096, 4098] }
        let planned = try await world.networks.plan(line("n1", "r"))
        #expect(planned.network.links.compactMap(\.vni) == [4097, 4099])
        let answer = try await world.networks.create(line("n1", "r"), waits: false)
        #expect(answer.network.links.compactMap(\.vni) == [4097, 4099])
        _ = try await world.operations.outcome(of: answer.operation)
        // An existing link keeps its VNI: the router is not moved to a host that refuses it.
        world.simulator.change("h3") {
            $0.segments = $0.segments.filter { $0.value.vni != 4097 }; $0.hiddenVNIs = [4097]
        }
        let refused = await refusal {
            try await world.machines.migrate("r1", from: "h1", to: "h3", isLive: true, waits: true)
        }
        #expect(refused?.code == .segmentTaken && refused?.host == "h3" && refused?.reason.contains("4097") == true)
        #expect(try await world.recorded(limit: 10).count == 1, "no operation was begun for it")
    }

    @Test("link shapes and a router's scheduling are set on hosts, and differences are reported")
    func shaped() async throws {
        let world = try await World()
        var request = line()
        request.links[1].shape = LinkShape(bandwidthKbit: 2000, lossPercent: 1)
        request.routers[1].weight = 512
        _ = try await world.networks.create(request, waits: true)
        let machine = try #require(try await world.store.fleet().machines.first { $0.name == "r2" })
        #expect(machine.scheduler == ["cpu_shares": .uint64(512)])
        #expect(world.simulator.host("h2").domains[machine.id]?.scheduler["cpu_shares"] == .uint64(512))
        #expect(try await world.networks.status("n1").drift == [])
        world.simulator.change("h3") { host in
            for name in host.segments.keys { host.segments[name]?.shape = LinkShape(bandwidthKbit: 500) }
        }
        #expect(
            try await world.networks.status("n1").drift.map(\.words) == [
                "on host h3: frames pass its port vnet-r3 with 500 kbit/s instead of with 2000 kbit/s, 1% lost"
            ])
    }

    @Test("a link that was broken outside of VMS is reported")
    func broken() async throws {
        let world = try await World()
        _ = try await world.networks.create(line(), waits: true)
        world.simulator.change("h3") { $0.segments.removeAll() }
        let status = try await world.networks.verify("n1")
        #expect(status.faults?.keys.sorted() == ["bc"])
        #expect(!status.isFullyProven, "links beyond 'bc' were not proven, so 'ab' is not proven either")
    }
}
