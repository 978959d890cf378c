import Model
import Simulator
import Testing

@testable import Control

@Suite("Changing the registration of a host")
struct UpdateHostTests {
    private func update(_ name: String, key: String? = nil, addresses: [String] = [], uri: String? = nil)
        -> HostRegistry.Update
    {
        .init(name: name, hostKey: key, addresses: addresses, uri: uri, memoryMiB: nil, trustsFirstUse: false)
    }

    @Test("given properties change, also after a restart; omitted ones stay")
    func changes() async throws {
        var world = try await World()
        _ = try await world.machines.create(world.request(), waits: true)
        _ = try await world.hosts.setMaintenance(true, of: "h1")
        let host = try await world.hosts.update(update("h1.lab", key: "ssh-ed25519 BBBB"))
        #expect(host.name == "h1" && host.hostKey == "ssh-ed25519 BBBB" && host.addresses == ["h1.lab"])
        _ = try await world.hosts.update(update("h1", addresses: ["192.0.2.9", "h1.lab"]))
        await world.watch.leave("h1")
        try world.close()
        world = try await World(after: world)
        let now = try await world.store.fleet().host("192.0.2.9")
        #expect(
            now.hostKey == "ssh-ed25519 BBBB" && now.addresses == ["192.0.2.9", "h1.lab"] && now.maintenance != nil)
        #expect(try await world.store.fleet().machine("r1", on: now) != nil)
        let events = try await world.hosts.events(after: 0, on: "h1", limit: 100, patience: .zero)
        #expect(events.filter { $0.kind == .hostUpdated }.map(\.words).last?.contains("192.0.2.9") == true)
    }

    @Test("nothing changes if the host cannot be reached, another host has the address, or an operation runs there")
    func refused() async throws {
        let world = try await World()
        let before = try await world.store.fleet().hosts
        let taken = await refusal { try await world.hosts.update(update("h1", addresses: ["h2.lab"])) }
        #expect(taken?.code == .hostAddressTaken && taken?.host == "h2")
        let wrong = await refusal { try await world.hosts.update(update("h1", addresses: ["-oProxyCommand=x"])) }
        #expect(wrong?.code == .invalidAddress)
        #expect(await refusal { try await world.hosts.update(update("h9")) }?.code == .hostNotRegistered)
        world.simulator.silence("h1")
        let away = await refusal { try await world.hosts.update(update("h1", key: "ssh-ed25519 BBBB")) }
        #expect(away?.code == .hostUnreachable)
        world.simulator.restore("h1")
        world.simulator.script([Fault(.perform, 1, .before, .hang, on: "h1")])
        let operation = try await world.machines.create(world.request(), waits: false).operation
        let busy = await refusal { try await world.hosts.update(update("h1", key: "ssh-ed25519 BBBB")) }
        #expect(busy?.code == .hostInUse && busy?.operation == operation.text)
        #expect(try await world.store.fleet().hosts == before)
        try world.operations.cancel(operation)
    }

    @Test("pool and underlay address can be set and cleared; the address must be numeric and reachable by others")
    func poolAndUnderlay() async throws {
        let world = try await World()
        func set(_ pool: String?, _ underlay: String?) async throws -> Host {
            var update = update("h1")
            (update.storagePool, update.underlay) = (pool, underlay)
            return try await world.hosts.update(update)
        }
        let host = try await set("fast", "2001:DB8:0::5")
        #expect(host.storagePool == "fast" && host.underlay == "2001:db8::5")
        #expect(try await set(nil, nil).underlay == "2001:db8::5")
        for wrong in ["h1.lab", "127.0.0.1", "169.254.3.4", "fe80::1", "::1", "224.0.0.1", "0.0.0.0", "192.0.2.5/24"] {
            let refused = await refusal { try await set(nil, wrong) }
            #expect(refused?.code == .invalidAddress && refused?.subject == .underlay, "\(wrong)")
        }
        var other = World.host("h4")
        other.underlay = "2001:db8::5"
        world.simulator.change("h4") { _ in }
        let taken = await refusal { try await world.hosts.register([.init(host: other, trustsFirstUse: false)]) }
        #expect(taken?.code == .hostAddressTaken && taken?.host == "h1" && taken?.subject == .underlay)
        let none = try await set("", "")
        #expect(none.storagePool == nil && none.underlay == nil)
        let events = try await world.hosts.events(after: 0, on: "h1", limit: 100, patience: .zero)
        #expect(events.contains { $0.words.contains("pool fast, underlay address 2001:DB8:0::5") })
    }

    private static let machine = HostIdentity(uuid: "u1", machine: "m1", boot: "b1")

    @Test("one computer cannot be registered twice, nor by changing a host; the inspection reports it in advance")
    func apart() async throws {
        let world = try await World()
        world.simulator.change("h2") { $0.identity = Self.machine }
        world.simulator.change("h9") { $0.identity = Self.machine }
        let before = try await world.store.fleet().hosts
        let checks = try await world.hosts.inspect(.init(host: World.host("h9"), trustsFirstUse: false))
        #expect(checks.contains { $0.name == "registered" && $0.verdict == .missing && $0.found.contains("'h2'") })
        let added = await refusal {
            try await world.hosts.register([.init(host: World.host("h9"), trustsFirstUse: false)])
        }
        #expect(added?.code == .hostAddressTaken && added?.host == "h2")
        world.simulator.change("h1") { $0.identity = Self.machine }
        let changed = await refusal { try await world.hosts.update(update("h1", addresses: ["192.0.2.9"])) }
        #expect(changed?.code == .hostAddressTaken && changed?.reason.contains("'h2'") == true)
        #expect(try await world.store.fleet().hosts == before)
        world.simulator.change("h1") { $0.identity = HostIdentity(uuid: "u1", machine: "m2", boot: "b2") }
        _ = try await world.hosts.update(update("h1", addresses: ["192.0.2.9"]))
        let twin = try await world.hosts.inspect(
            .init(host: try await world.store.fleet().host("h1"), trustsFirstUse: false))
        #expect(twin.contains { $0.name == "uuid" && $0.found.contains("h2") })
    }

    @Test("a move between hosts of one UUID is refused before any change")
    func twins() async throws {
        let world = try await World()
        _ = try await world.machines.create(world.request(), waits: true)
        world.simulator.change("h1") { $0.identity = Self.machine }
        world.simulator.change("h2") { $0.identity = HostIdentity(uuid: "u1", machine: nil, boot: nil) }
        let before = world.simulator.host("h2")
        let refused = await refusal {
            try await world.machines.migrate("r1", from: "h1", to: "h2", isLive: true, waits: true)
        }
        #expect(
            refused?.code == .notOffered && refused?.reason.contains("host UUID u1") == true,
            "\(String(describing: refused))")
        #expect(world.simulator.host("h2") == before)
    }

    @Test("after a reinstallation: stuck operations continue with the new key, and its networks are proven")
    func goesOn() async throws {
        let world = try await World()
        let simulator = world.simulator
        _ = try await world.networks.create(VerificationTests.line, waits: true)
        for host in World.hosts {
            await world.watch.attend(World.host(host))
            try await eventually { await world.watch.condition(of: host)?.state == .up }
        }
        let gone = Refusal(.hostUnreachable, "gone")
        simulator.script([
            Fault(.perform, 3, .after, .refuse(gone), on: "h3"), Fault(.undo, 1, .before, .refuse(gone), on: "h3"),
        ])
        let request = world.request("m1", on: "h3", address: "10.0.9.1")
        #expect(await refusal { try await world.machines.create(request, waits: true) }?.code == .operationStuck)
        simulator.rekey("h3", "ssh-ed25519 NEW")
        try await eventually { await world.watch.condition(of: "h3")?.why?.code == .hostKeyRefused }
        #expect(try await world.networks.status("n1").doubtful == ["bc"])
        let wrong = await refusal { try await world.hosts.update(update("h3", key: "ssh-ed25519 WRONG")) }
        #expect(wrong?.code == .hostKeyRefused)
        #expect(await world.watch.condition(of: "h3")?.state == .unreachable, "it is still attended")

        _ = try await world.hosts.update(update("h3", key: "ssh-ed25519 NEW"))
        try await eventually { try await world.recorded(in: .failed, limit: 1).count == 1 }
        #expect(try await world.store.fleet().machines.contains { $0.name == "m1" } == false)
        try await eventually { try await world.networks.status("n1").doubtful == [] }
        for host in World.hosts { await world.watch.leave(host) }
    }
}
