import FoundationEssentials
import Model
import Simulator
import Testing

@testable import Control

/// What links do to frames is changed while their network runs, and the network stays as it was requested.
@Suite("Conditions of links")
struct LinkConditionsTests {
    private static let slow = LinkShape(bandwidthKbit: 1000, delayMicroseconds: 20_000)

    /// A world with three routers in a line; the link `ab` is slow.
    private func made() async throws -> World {
        let world = try await World()
        var line = VerificationTests.line
        line.links[0].shape = Self.slow
        _ = try await world.networks.create(line, waits: true)
        return world
    }

    private func set(
        _ world: World, _ wish: ChangeLinkConditions.Wish, of link: String = "ab"
    ) async throws -> Networks.Conditioned {
        try await world.networks.setConditions(of: link, in: "n1", wish, for: "setLinkConditions", waits: true)
    }

    /// The parts of the link `ab` on hosts.
    private func segments(_ world: World, on hosts: String...) -> [Segment] {
        hosts.flatMap { world.simulator.host($0).segments.values.filter { $0.link == "ab" } }
    }

    private func shapes(_ world: World) -> [LinkShape?] { segments(world, on: "h1", "h2").map(\.shape) }

    private func isDown(_ world: World) -> [Bool] { segments(world, on: "h1", "h2").map(\.isDown) }

    @Test("A broken link is down on its hosts, left out of proofs, and told apart from a failure")
    func broken() async throws {
        let world = try await made()
        let done = try await set(world, .down)
        #expect(done.link.isDown && done.operation != nil)
        #expect(isDown(world) == [true, true])
        var status = try await world.networks.verify("n1")
        #expect(status.faults == [:] && status.drift == [] && status.network.link("ab")?.isDown == true)
        #expect(status.network.link("ab")?.isProven(by: status.last) == nil)
        #expect(status.network.link("bc")?.isProven(by: status.last) == true)
        // A second time there is nothing to do.
        #expect(try await set(world, .down).operation == nil)

        #expect(try await set(world, .up).link.conditions == nil)
        #expect(isDown(world) == [false, false] && shapes(world) == [Self.slow, Self.slow])
        status = try await world.networks.status("n1")
        #expect(status.last?.doubted == ["ab"], "the other link is proven as before")
        #expect(try await world.networks.verify("n1").network.link("ab")?.isProven(by: status.last) == false)
    }

    @Test("A shape takes the requested one's place until a call without values")
    func shaped() async throws {
        let world = try await made()
        _ = try await set(world, .shape(bandwidthKbit: nil, delayMicroseconds: 0, lossPercent: 5))
        let lossy = LinkShape(bandwidthKbit: 1000, lossPercent: 5)
        #expect(shapes(world) == [lossy, lossy])
        _ = try await set(world, .down)
        _ = try await set(world, .up)
        #expect(shapes(world) == [lossy, lossy], "a link is mended as it was")
        _ = try await set(world, .shape(bandwidthKbit: 0, delayMicroseconds: 0, lossPercent: nil))
        #expect(shapes(world) == [nil, nil])
        let network = try await world.networks.status("n1").network
        #expect(network.link("ab")?.shape == Self.slow, "the request stays")
        let reset = try await set(world, .shape(bandwidthKbit: nil, delayMicroseconds: nil, lossPercent: nil))
        #expect(reset.link.conditions == nil)
        #expect(shapes(world) == [Self.slow, Self.slow])
    }

    @Test("A changed request counts for values that are not set, and a value that is requested is not set any more")
    func requested() async throws {
        let world = try await made()
        _ = try await set(world, .shape(bandwidthKbit: nil, delayMicroseconds: nil, lossPercent: 5))
        var line = VerificationTests.line
        line.links[0].shape = LinkShape(bandwidthKbit: 2000)
        _ = try await world.networks.apply(line, plan: nil, waits: true)
        let both = LinkShape(bandwidthKbit: 2000, lossPercent: 5)
        #expect(shapes(world) == [both, both])
        line.links[0].shape = both
        _ = try await world.networks.apply(line, plan: nil, waits: true)
        #expect(try await world.networks.status("n1").network.link("ab")?.conditions == nil)
    }

    @Test("Doubts that come while a link is changed stay; a fault of the changed link does not")
    func doubts() async throws {
        let world = try await made()
        let network = try await world.networks.status("n1").network
        let fault = Verification(
            time: Date(timeIntervalSince1970: 1_700_000_000), faults: ["ab": Refusal(.proofFailed, "no")])
        try await world.store.apply([.verified(network: "n1", fault, was: nil)])
        let change = try ChangeLinkConditions(.down, of: "ab", in: network, try await world.store.fleet())
        try await world.store.apply([.doubt(network: "n1", links: ["bc"])])
        try await world.store.apply([.setConditions(change.changed, link: "ab", was: network)])
        let last = try #require(try await world.networks.status("n1").last)
        #expect(last.faults == [:] && last.doubted == ["ab", "bc"])
        let changed = await refusal {
            try await world.store.apply([.setConditions(change.changed, link: "ab", was: network)])
        }
        #expect(changed?.code == .networkChanged)
    }

    @Test("A host without the program for it is refused before anything is changed")
    func lacking() async throws {
        let world = try await made()
        let network = try await world.networks.status("n1").network
        let change = try ChangeLinkConditions(.down, of: "bc", in: network, try await world.store.fleet())
        var surveys: [String: HostSurvey] = [:]
        for host in change.hosts { surveys[host.name] = try await world.simulator.survey(host) }
        #expect(throws: Never.self) { try change.plan(for: "breakLink", surveys) }
        surveys["h3"]?.shapers = nil
        let why = await refusal { try change.plan(for: "breakLink", surveys) }
        #expect(why?.code == .notOffered && why?.reason.contains("'h3' cannot let no frame pass: it lacks") == true)
    }

    @Test("An apply and a move keep the conditions, and a plan finds no difference")
    func kept() async throws {
        let world = try await made()
        _ = try await set(world, .down)
        var line = VerificationTests.line
        line.links[0].shape = Self.slow
        #expect(try await world.networks.plan(line).isSettled)
        line.routers[0].memoryMiB = 128
        _ = try await world.networks.apply(line, plan: nil, waits: true)
        _ = try await world.machines.migrate("r2", from: "h2", to: "h3", isLive: true, waits: true)
        let status = try await world.networks.status("n1")
        #expect(status.network.link("ab")?.isDown == true && status.drift == [])
        #expect(segments(world, on: "h1", "h3").map(\.isDown) == [true, true])
    }

    @Test("A host that fails leaves the link as it was on all hosts", arguments: [Fault.Moment.before, .after])
    func fault(moment: Fault.Moment) async throws {
        let world = try await made()
        let before = try await world.networks.status("n1")
        world.simulator.script([Fault(.perform, 1, moment, .refuse(Refusal(.hypervisorFailed, "no")), on: "h2")])
        #expect(await refusal { try await set(world, .down) }?.code == .hypervisorFailed)
        #expect(isDown(world) == [false, false] && shapes(world) == [Self.slow, Self.slow])
        let after = try await world.networks.status("n1")
        #expect(after.network == before.network && after.last?.doubted == ["ab"])
    }

    @Test("Each change is an event, once it is done")
    func events() async throws {
        let world = try await made()
        _ = try await set(world, .down)
        _ = try await set(world, .up)
        let events = try await world.store.events(after: 0, host: nil, limit: 100, newest: false).filter {
            $0.kind == .linkChanged
        }
        #expect(
            events.map(\.words) == [
                "link 'ab' of network 'n1' is down", "link 'ab' of network 'n1' is as requested",
            ])
        #expect(events.allSatisfy { $0.network == "n1" && $0.time.timeIntervalSince1970 > 1e9 })
    }

    @Test("A link that is not there is refused")
    func refused() async throws {
        let world = try await made()
        let unknown = await refusal { try await set(world, .down, of: "no") }
        #expect(unknown?.code == .linkInvalid && unknown?.reason.contains("has ab, bc") == true)
        let network = await refusal {
            try await world.networks.setConditions(of: "ab", in: "no", .down, for: "breakLink", waits: true)
        }
        #expect(network?.code == .networkNotFound)
    }
}
