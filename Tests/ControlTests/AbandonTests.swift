import Model
import Simulator
import Testing

@testable import Control

/// Machines and links on a host that is lost for good are abandoned, stay on record, and are removed when the host
/// returns.
@Suite("Abandoning what is on a lost host")
struct AbandonTests {
    private static let line = VerificationTests.line

    /// The network without its parts on h3.
    private static func shorter() -> NetworkRequest {
        var request = line
        request.routers.removeLast()
        request.links.removeLast()
        return request
    }

    private func events(_ world: World, _ kind: HostEvent.Kind, count: Int) async throws -> [HostEvent] {
        var (found, last): ([HostEvent], Int64) = ([], 0)
        while found.count < count {
            let more = try await world.hosts.events(after: last, on: nil, limit: 100, patience: .seconds(30))
            guard let newest = more.last else { break }
            found += more.filter { $0.kind == kind }
            last = newest.number
        }
        return found
    }

    @Test("a machine: warned about, replaced elsewhere, observed again, not ours any more, removed on request")
    func machine() async throws {
        var world = try await World()
        _ = try await world.machines.create(world.request(on: "h3"), waits: true)
        let old = try #require(try await world.store.fleet().machines.first)
        #expect(await refusal { try await world.machines.abandon("r1", on: "h3", waits: true) }?.code == .hostAnswers)
        world.simulator.silence("h3")
        let hint = await refusal { try await world.machines.destroy("r1", on: "h3", waits: true) }
        #expect(hint?.code == .hostUnreachable && hint?.reason.contains("repeat the request with abandon") == true)
        #expect(
            await refusal { try await world.machines.abandon("r9", on: "h3", waits: true) }?.code == .machineNotFound)

        let given = try await world.machines.abandon("r1", on: "h3", waits: true).abandoned
        #expect(given.map(\.id) == [old.id.text] && given.first?.macs == old.mac.map { [$0] })
        #expect(given.warning?.contains("nothing is known of machine 'r1'") == true)
        _ = try await world.machines.create(world.request(on: "h1"), waits: true)
        let new = try #require(try await world.store.fleet().machines.first)
        #expect(new.address == old.address && new.mac != old.mac)

        try world.close()
        world = try await World(after: world)
        #expect(try await world.hosts.abandoned().map(\.id) == [old.id.text], "still there after a restart")
        world.simulator.restore("h3")
        await world.watch.attend(World.host("h3"))
        let event = try #require(try await events(world, .abandonedFound, count: 1).first)
        #expect(event.host == "h3" && event.machine == "r1")
        #expect(event.words.contains("is running on host h3: it is not ours any more"))
        #expect(event.words.contains("its address 10.0.0.1 is r1's on host h1 by now"))
        #expect(try await world.hosts.status("h3").abandoned.map(\.seen?.host) == ["h3"])
        #expect(try await world.machines.list(on: "h3").lines.map { $0.asked == nil } == [true], "not managed by us")
        #expect(
            await refusal { try await world.machines.destroy("r1", on: "h3", waits: true) }?.code == .machineNotManaged)

        let ended = try await world.hosts.endAbandoned(on: "h3", forgets: false, waits: true)
        #expect(ended.operation != nil && ended.parts.map(\.id) == [old.id.text])
        #expect(world.simulator.host("h3").domains.isEmpty)
        #expect(try await world.hosts.abandoned() == [] && world.simulator.host("h1").domains.count == 1)
        #expect(try await world.hosts.endAbandoned(on: "h3", forgets: false, waits: true).operation == nil)
        await world.watch.leave("h3")
    }

    @Test("a machine that is adopted again is ours, and endAbandoned does not remove it")
    func adopted() async throws {
        let world = try await World()
        _ = try await world.machines.create(world.request(on: "h3"), waits: true)
        world.simulator.silence("h3")
        _ = try await world.machines.abandon("r1", on: "h3", waits: true)
        world.simulator.restore("h3")
        _ = try await world.machines.adopt("r1", on: "h3")
        #expect(try await world.hosts.abandoned() == [])
        _ = try await world.hosts.endAbandoned(on: "h3", forgets: false, waits: true)
        #expect(world.simulator.host("h3").domains.count == 1)
    }

    @Test("a network is applied without the host, and extends to it again only after the abandoned parts are removed")
    func network() async throws {
        let world = try await World()
        _ = try await world.networks.create(Self.line, waits: true)
        #expect(
            await refusal { try await world.networks.apply(Self.shorter(), plan: nil, abandons: true, waits: true) }?
                .code == .hostAnswers)
        world.simulator.silence("h3")
        let hint = await refusal { try await world.networks.apply(Self.shorter(), plan: nil, waits: true) }
        #expect(hint?.code == .hostUnreachable && hint?.reason.contains("repeat the request with abandon") == true)
        let named = await refusal { try await world.networks.apply(Self.line, plan: nil, abandons: true, waits: true) }
        #expect(
            named?.code == .invalidValue && named?.machine == "r3" && named?.reason.contains("leave it out") == true)
        #expect(
            await refusal { try await world.machines.abandon("r3", on: "h3", waits: true) }?.code == .machineInNetwork)

        let planned = try await world.networks.plan(Self.shorter(), abandons: true)
        #expect(planned.changes.contains { $0.words == "abandoned with host h3, which does not answer" })
        let applied = try await world.networks.apply(Self.shorter(), plan: planned.token, abandons: true, waits: true)
        #expect(applied.abandoned.map(\.host) == ["h3", "h3"] && applied.abandoned.warning != nil)
        let status = try await world.networks.status("n1")
        #expect(status.unreachable == [] && status.network.hosts == ["h1", "h2"] && status.last?.isWhole == true)
        #expect(world.simulator.host("h2").segments.count == 1, "its segment of the link to h3 is gone")

        // Parts that may still exist keep their VNI and their MAC addresses.
        let taken = Set(applied.abandoned.compactMap(\.vni)), macs = Set(applied.abandoned.flatMap(\.macs))
        var other = Self.line
        other.name = "n2"
        other.routers = [.init(name: "s1", host: "h1", memoryMiB: 96), .init(name: "s2", host: "h2", memoryMiB: 96)]
        other.links = ["a", "b", "c"].map { .init(name: $0, ends: [.init(router: "s1"), .init(router: "s2")]) }
        let made = try await world.networks.create(other, waits: true).network
        #expect(taken.count == 1 && taken.isDisjoint(with: made.links.compactMap(\.vni)))
        #expect(macs.isDisjoint(with: made.links.flatMap(\.ends).map(\.mac)))

        world.simulator.restore("h3")
        await world.watch.attend(World.host("h3"))
        #expect(try await events(world, .abandonedFound, count: 2).map(\.host) == ["h3", "h3"])
        #expect(world.simulator.host("h3").domains.count == 1, "nothing is removed without a request")
        _ = try await world.hosts.endAbandoned(on: "h3", forgets: false, waits: true)
        #expect(world.simulator.host("h3").domains.isEmpty && world.simulator.host("h3").segments.isEmpty)
        _ = try await world.networks.apply(Self.line, plan: nil, waits: true)
        #expect(try await world.networks.verify("n1").faults == [:])
        await world.watch.leave("h3")
    }

    @Test("without a description, the record stays except for the host; a remaining link cannot return there yet")
    func recorded() async throws {
        let world = try await World()
        _ = try await world.networks.create(Self.line, waits: true)
        world.simulator.silence("h3")
        let nothing = NetworkRequest(name: "n1", routers: [], links: [])
        let applied = try await world.networks.apply(nothing, plan: nil, abandons: true, waits: true)
        #expect(applied.network.routers.map(\.name) == ["r1", "r2"])
        #expect(applied.network.link("bc")?.places.map(\.host) == ["h2"])
        world.simulator.restore("h3")
        world.simulator.change("h3") { $0.domains.removeAll() }
        let again = await refusal { try await world.networks.apply(Self.line, plan: nil, waits: true) }
        #expect(again?.code == .hostInUse && again?.reason.contains("endAbandoned") == true)
        _ = try await world.hosts.endAbandoned(on: "h3", forgets: false, waits: true)
        _ = try await world.networks.apply(Self.line, plan: nil, waits: true)
        #expect(try await world.networks.verify("n1").faults == [:])
    }

    @Test("a network is destroyed and its host forgotten; the host is recognised later by its machines")
    func destroyed() async throws {
        let world = try await World()
        _ = try await world.networks.create(Self.line, waits: true)
        _ = try await world.machines.create(world.request("m1", on: "h3"), waits: true)
        world.simulator.silence("h3")
        let held = await refusal { try await world.hosts.unregister(["h3"]) }
        #expect(held?.code == .hostInUse && held?.reason.contains("repeat the request with abandon") == true)
        let networks = await refusal { try await world.hosts.unregister(["h3"], abandons: true) }
        #expect(networks?.reason.contains("destroyVirtualNetwork with abandon") == true)
        let destroyed = try await world.networks.destroy("n1", abandons: true, waits: true)
        #expect(destroyed.abandoned.count == 2 && world.simulator.host("h1").segments.isEmpty)
        let given = try await world.hosts.unregister(["h3"], abandons: true)
        #expect(given.map(\.words) == ["machine 'm1'"])
        #expect(try await world.leftovers(on: ["h1", "h2"]) == [])

        // The host returns under another name: it is recognised by its machines and links.
        let state = world.simulator.host("h3")
        world.simulator.change("h4") { $0 = state }
        _ = try await world.hosts.register([.init(host: World.host("h4"), trustsFirstUse: false)])
        #expect(try await events(world, .abandonedFound, count: 3).count == 3)
        #expect(try await world.hosts.status("h4").abandoned.count == 3)
        _ = try await world.hosts.endAbandoned(on: "h4", forgets: false, waits: true)
        #expect(try await world.hosts.abandoned() == [])
        #expect(world.simulator.host("h4").domains.isEmpty && world.simulator.host("h4").segments.isEmpty)
        await world.watch.leave("h4")
    }

    @Test("parts of an unregistered host are forgotten, unless the host answers")
    func forgotten() async throws {
        let world = try await World()
        _ = try await world.machines.create(world.request(on: "h3"), waits: true)
        world.simulator.silence("h3")
        _ = try await world.hosts.unregister(["h3"], abandons: true)
        #expect(
            await refusal { try await world.hosts.endAbandoned(on: "h3", forgets: false, waits: true) }?.code
                == .hostNotRegistered)
        #expect(try await world.hosts.endAbandoned(on: "h3", forgets: true, waits: true).parts.count == 1)
        #expect(try await world.hosts.abandoned() == [])
        #expect(
            await refusal { try await world.hosts.endAbandoned(on: "h3", forgets: true, waits: true) }?.code
                == .hostNotRegistered)
        #expect(
            await refusal { try await world.hosts.endAbandoned(on: "h1", forgets: true, waits: true) }?.code
                == .hostAnswers)
    }

    @Test("remains of an accepted operation are on record too")
    func accepted() async throws {
        let world = try await World()
        let gone = Refusal(.hostUnreachable, "gone")
        world.simulator.script([
            Fault(.perform, 6, .after, .refuse(gone), on: "h3"), Fault(.undo, 1, .before, .refuse(gone), on: "h3"),
        ])
        #expect(await refusal { try await world.networks.create(Self.line, waits: true) }?.code == .operationStuck)
        world.simulator.silence("h3")
        let stuck = try #require(try await world.recorded(in: .stuck, limit: 1).first)
        let busy = await refusal { try await world.networks.destroy("n1", abandons: true, waits: true) }
        #expect(busy?.code == .machineBusy && busy?.reason.contains("resolveOperation: accept") == true)
        _ = try await world.book.resolve(stuck.id.text, retry: false)
        #expect(try await world.hosts.abandoned().map(\.host) == ["h3", "h3"])
        #expect(try await world.leftovers(on: ["h1", "h2"]) == [])
        world.simulator.script([])
        world.simulator.restore("h3")
        _ = try await world.hosts.endAbandoned(on: "h3", forgets: false, waits: true)
        #expect(try await world.leftovers() == [])
    }

    @Test("a host with a stuck operation can be unregistered once the operation is resolved, as the refusal says")
    func stuck() async throws {
        let world = try await World()
        let gone = Refusal(.hostUnreachable, "gone")
        world.simulator.script([
            Fault(.perform, 6, .after, .refuse(gone), on: "h3"), Fault(.undo, 1, .before, .refuse(gone), on: "h3"),
        ])
        _ = await refusal { try await world.machines.create(world.request(on: "h3"), waits: true) }
        world.simulator.silence("h3")
        let stuck = try #require(try await world.recorded(in: .stuck, limit: 1).first)
        let held = await refusal { try await world.hosts.unregister(["h3"], abandons: true) }
        #expect(held?.code == .hostInUse && held?.operation == stuck.id.text)
        #expect(held?.reason.contains("resolveOperation: accept") == true)
        #expect(try await world.hosts.abandoned() == [], "all or nothing")
        _ = try await world.book.resolve(stuck.id.text, retry: false)
        _ = try await world.hosts.unregister(["h3"], abandons: true)
        #expect(try await world.hosts.abandoned().map(\.words) == ["machine 'r1'"])
    }
}
