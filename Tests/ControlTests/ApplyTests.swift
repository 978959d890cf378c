import Model
import Simulator
import Testing

@testable import Control

/// An existing network is changed to the request completely, or stays as it was.
@Suite("Applying a network")
struct ApplyTests {
    private func line(_ change: (inout NetworkRequest) -> Void = { _ in }) -> NetworkRequest {
        var request = NetworkRequest(
            name: "n1",
            routers: World.hosts.enumerated().map { .init(name: "r\($0 + 1)", host: $1, memoryMiB: 96) },
            links: [
                .init(name: "ab", ends: [.init(router: "r1"), .init(router: "r2")]),
                .init(name: "bc", ends: [.init(router: "r2"), .init(router: "r3")]),
            ])
        change(&request)
        return request
    }

    /// One router and one link more, one router fewer, another with more memory.
    private func other() -> NetworkRequest {
        line { request in
            request.routers[2] = .init(name: "r4", host: "h3", memoryMiB: 96)
            request.routers[0].memoryMiB = 128
            request.links[1] = .init(name: "bd", ends: [.init(router: "r2"), .init(router: "r4")])
        }
    }

    private func made() async throws -> World {
        let world = try await World()
        _ = try await world.networks.apply(line(), plan: nil, waits: true)
        return world
    }

    private func words(_ changes: [NetworkChange]) -> [String] {
        changes.map { "\($0.kind.rawValue) \($0.part.rawValue) \($0.name): \($0.words)" }
    }

    private func isSettled(_ world: World, _ request: NetworkRequest) async throws -> Bool {
        let again = try await world.networks.plan(request)
        return again.changes.isEmpty && again.plan.steps.isEmpty
    }

    @Test("creates a missing network; applied twice, the second does nothing")
    func twice() async throws {
        let world = try await made()
        let count = try await world.recorded(in: nil, limit: 9).count
        let again = try await world.networks.apply(line(), plan: nil, waits: true)
        #expect(again.operation == nil && again.changes.isEmpty && !again.isNew)
        #expect(try await world.recorded(in: nil, limit: 9).count == count)
        let shuffled = line {
            $0.links.reverse()
            $0.routers.reverse()
        }
        #expect(try await isSettled(world, shuffled), "the order of routers and links has no meaning")
        let open = line { for index in $0.routers.indices { $0.routers[index].host = nil } }
        #expect(try await isSettled(world, open), "routers without a host in the request stay where they are")
    }

    @Test("only differences are touched")
    func differs() async throws {
        let world = try await made()
        let before = World.hosts.map(world.simulator.host)
        let r2 = try #require(before[1].domains.values.first?.spec)
        let applied = try await world.networks.apply(other(), plan: nil, waits: true)
        #expect(
            words(applied.changes) == [
                "add router r4: on host h3, 96 MiB, image ipv4-rip:1",
                "add link bd: r2, r4 on 10.0.1.0/24, MTU 1450, VXLAN 4098",
                "change router r1: vmRAM 96 → 128 MiB; restarts",
                "change router r2: joins link bd, leaves link bc; restarts",
                "remove link bc: of r2, r3",
                "remove router r3: from host h3",
            ])
        let after = World.hosts.map(world.simulator.host)
        #expect(after.map { $0.domains.values.map(\.name) } == [["r1"], ["r2"], ["r4"]])
        #expect(after.flatMap { $0.domains.values.map(\.isRunning) } == [true, true, true])
        #expect(after[0].domains.values.first?.spec?.memoryMiB == 128)
        let spec = try #require(after[1].domains.values.first?.spec)
        #expect(spec.interfaces[0] == r2.interfaces[0], "its interface on the link that stays is unchanged")
        #expect(
            after.map { $0.segments.keys.sorted() } == [["vms-001000"], ["vms-001000", "vms-001002"], ["vms-001002"]])
        #expect(try await world.store.fleet().machines.map(\.name) == ["r1", "r2", "r4"])
        #expect(try await isSettled(world, other()))
        #expect(try await world.networks.verify("n1").faults == [:])
        _ = try await world.networks.destroy("n1", waits: true)
        #expect(try await world.leftovers() == [])
    }

    @Test("the complete plan of a change")
    func golden() async throws {
        let world = try await made()
        let planned = try await world.networks.plan(other())
        let lines = planned.plan.lanes.map { lane in
            (["\(lane.stage) \(lane.phase) \(lane.host.name)"]
                + planned.plan.steps[lane.steps].map { "  " + $0.words(in: planned.network) }).joined(separator: "\n")
        }
        let r3 = try #require(try await world.store.fleet().machines.first { $0.name == "r3" }).id.text
        let addresses = World.hosts.map { name in
            planned.network.links.flatMap(\.places).first { $0.host == name }?.underlay?.description ?? ""
        }
        let text = lines.joined(separator: "\n").replacing(r3, with: "R3")
        #expect(
            zip(addresses, World.hosts).reduce(text) { $0.replacing($1.0, with: "<\($1.1)>") } == """
                0 segments h2
                  make bridge vms-001002 and VXLAN 4098 to <h3>, MTU 1450
                0 segments h3
                  make bridge vms-001002 and VXLAN 4098 to <h2>, MTU 1450
                1 routers h1
                  redefine r1 with 128 MiB on link ab as 10.0.0.1/24, and start it again
                1 routers h2
                  redefine r2 with 96 MiB on link ab as 10.0.0.2/24, on link bd as 10.0.1.1/24, and start it again
                1 routers h3
                  stop r3, which is to be removed
                  seed r4 with its name and addresses: 10.0.1.2/24
                  define r4 with 96 MiB on link bd as 10.0.1.2/24
                  start r4
                2 links h1
                  prove link ab from h1 as 10.0.0.254: r1 within 60 s
                2 links h2
                  prove link ab from h2 as 10.0.0.253: r2 within 60 s
                2 links h2
                  prove link bd from h2 as 10.0.1.254: r2 within 60 s
                2 links h3
                  prove link bd from h3 as 10.0.1.253: r4 within 60 s
                3 across h1
                  prove link ab from h1 as 10.0.0.254: r2 within 20 s
                3 across h2
                  prove link ab from h2 as 10.0.0.253: r1 within 20 s
                3 across h2
                  prove link bd from h2 as 10.0.1.254: r4 within 20 s
                3 across h3
                  prove link bd from h3 as 10.0.1.253: r2 within 20 s
                3 reach h1
                  reach from link ab by r1: r2 on bd, r4 on bd within 60 s
                3 reach h2
                  reach from link bd by r2: r1 on ab, r2 on ab within 60 s
                4 routers that go h3
                  stop r3 immediately
                  remove the definition of r3
                  remove vms-R3-seed.iso
                5 segments that go h2
                  remove bridge vms-001001 and VXLAN 4097 to <h3>
                5 segments that go h3
                  remove bridge vms-001001 and VXLAN 4097 to <h2>
                """)
    }

    @Test("a fault before everything is proven: the network is as before", arguments: World.hosts, 1...6)
    func fault(host: String, number: Int) async throws {
        let world = try await made()
        let before = World.hosts.map(world.simulator.host)
        let fleet = try await world.store.fleet()
        world.simulator.script([
            Fault(.perform, number, .after, .refuse(Refusal(.hypervisorFailed, "the host broke")), on: host)
        ])
        let refused = await refusal { try await world.networks.apply(other(), plan: nil, waits: true) }
        // The hosts have different numbers of steps: the first has fewer.
        if refused == nil { return #expect(host == "h1" && number > 3) }
        world.simulator.script([])
        let now = try await world.store.fleet()
        if refused?.reason.contains("proven") == true {
            #expect(try await !isSettled(world, other()))
        } else {
            #expect(World.hosts.map(world.simulator.host).map(\.segments) == before.map(\.segments))
            #expect(World.hosts.map(world.simulator.host).map(\.domains) == before.map(\.domains))
            #expect(now.networks == fleet.networks && now.machines == fleet.machines)
            #expect(try await isSettled(world, line()))
        }
        _ = try await world.networks.apply(other(), plan: nil, waits: true)
        #expect(try await isSettled(world, other()))
    }

    @Test("parts that cannot be removed stay on record, and the next apply removes them")
    func leftover() async throws {
        let world = try await made()
        let short = line {
            $0.routers.removeLast()
            $0.links.removeLast()
        }
        // A removed router is stopped first; its definition is removed after the proofs.
        world.simulator.script([
            Fault(
                .perform, 3, .before, .refuse(Refusal(.hypervisorFailed, "the disk is busy")), times: 9,
                on: "h3")
        ])
        let refused = await refusal { try await world.networks.apply(short, plan: nil, waits: true) }
        #expect(refused?.code == .hypervisorFailed)
        #expect(refused?.reason.contains("is as requested, and proven") == true, "\(refused?.reason ?? "")")
        #expect(world.simulator.host("h2").domains.values.first?.spec?.interfaces.count == 1, "nothing is undone")
        world.simulator.script([])
        let left = try await world.networks.plan(short)
        #expect(left.changes.map(\.kind).contains(.remove))
        _ = try await world.networks.apply(short, plan: nil, waits: true)
        #expect(try await isSettled(world, short))
        #expect(world.simulator.host("h3").domains.isEmpty && world.simulator.host("h3").segments.isEmpty)
    }

    @Test("losses on hosts are shown and repaired")
    func drift() async throws {
        let world = try await made()
        world.simulator.change("h1") { $0.segments.removeAll() }
        world.simulator.change("h2") { host in
            for id in host.domains.keys { host.domains[id]?.isRunning = false }
        }
        world.simulator.change("h3") { $0.domains.removeAll() }
        let planned = try await world.networks.plan(line())
        #expect(
            words(planned.changes) == [
                "repair link ab: on host h1: its bridge vms-001000 is not there",
                "repair router r2: is shutOff: is started",
                "repair router r3: is not on its host h3 any more: is recreated",
            ])
        #expect(try await world.networks.verify("n1").faults?.isEmpty == false)
        #expect(try await world.networks.status("n1").last != nil)
        _ = try await world.networks.apply(line(), plan: planned.token, waits: true)
        #expect(try await isSettled(world, line()))
        #expect(try await world.networks.status("n1").last?.faults == [:], "the failed parts are repaired, and proven")
        #expect(try await world.networks.verify("n1").faults == [:])
    }

    @Test("bandwidth and a router's scheduling change in place; nothing restarts")
    func inPlace() async throws {
        let world = try await made()
        let shaped = line {
            $0.links[0].shape = LinkShape(bandwidthKbit: 2000)
            $0.routers[1].weight = 512
            $0.routers[1].note = "the middle"
        }
        let applied = try await world.networks.apply(shaped, plan: nil, waits: true)
        #expect(
            words(applied.changes) == [
                "change link ab: shape none → 2000 kbit/s",
                "change router r2: another description, weight 1024 → 512",
            ])
        #expect(world.simulator.host("h2").domains.values.first?.scheduler["cpu_shares"] == .uint64(512))
        #expect(try await isSettled(world, shaped))
        let other = line {
            $0.links[0].shape = LinkShape(bandwidthKbit: 1000)
            $0.routers[1].cap = 50
            $0.routers[1].memoryMiB = 128
        }
        let again = try await world.networks.apply(other, plan: nil, waits: true)
        #expect(
            words(again.changes) == [
                "change link ab: shape 2000 kbit/s → 1000 kbit/s",
                "change router r2: vmRAM 96 → 128 MiB, another description, weight 512 → 1024, cap 0 → 50 %; restarts",
            ])
        #expect(world.simulator.host("h2").domains.values.first?.scheduler["vcpu_quota"] == .int64(50_000))
        #expect(try await isSettled(world, other))
        _ = try await world.networks.apply(line(), plan: nil, waits: true)
        #expect(world.simulator.host("h1").segments.values.map(\.shape) == [nil])
        #expect(try await isSettled(world, line()))
    }

    @Test("a request with only a name means the recorded network")
    func named() async throws {
        let world = try await made()
        let name = NetworkRequest(name: "n1", routers: [], links: [])
        #expect(try await isSettled(world, name))
        world.simulator.change("h3") { $0.domains.removeAll() }
        _ = try await world.networks.apply(name, plan: nil, waits: true)
        #expect(try await isSettled(world, line()))
        let none = await refusal {
            try await world.networks.apply(.init(name: "n2", routers: [], links: []), plan: nil, waits: true)
        }
        #expect(none?.code == .missingField && none?.subject == .router)
    }

    @Test("a reviewed plan is refused after the hosts have changed")
    func moved() async throws {
        let world = try await made()
        let reviewed = try await world.networks.plan(other()).token
        #expect(try await world.networks.plan(other()).token == reviewed, "the same state gives the same plan")
        world.simulator.change("h1") { $0.domains.removeAll() }
        let refused = await refusal { try await world.networks.apply(other(), plan: reviewed, waits: true) }
        #expect(refused?.code == .networkChanged && refused?.subject == .plan)
        let fresh = try await world.networks.plan(other()).token
        _ = try await world.networks.apply(other(), plan: fresh, waits: true)
        #expect(try await isSettled(world, other()))
    }

    @Test("changes that an existing network does not support are refused, with the remedy")
    func refused() async throws {
        let world = try await made()
        let moved = await refusal { try await world.networks.plan(line { $0.routers[0].host = "h2" }) }
        #expect(moved?.code == .notOffered && moved?.subject == .host && moved?.machine == "r1")
        #expect(await refusal { try await world.networks.create(line(), waits: true) }?.code == .networkNameTaken)
    }

    @Test("if a host does not answer, nothing is planned")
    func silent() async throws {
        let world = try await made()
        world.simulator.silence("h2")
        let refused = await refusal { try await world.networks.apply(other(), plan: nil, waits: true) }
        #expect(refused?.code == .hostUnreachable && refused?.host == "h2")
    }
}
