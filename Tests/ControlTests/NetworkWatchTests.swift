import Model
import Simulator
import Testing

@testable import Control

/// A line of routers over three hosts, of which one is lost and returns.
@Suite("Networks of hosts that come back")
struct NetworkWatchTests {
    private static let line = NetworkRequest(
        name: "n1",
        routers: World.hosts.enumerated().map { .init(name: "r\($0 + 1)", host: $1, memoryMiB: 96) },
        links: [
            .init(name: "ab", ends: [.init(router: "r1"), .init(router: "r2")]),
            .init(name: "bc", ends: [.init(router: "r2"), .init(router: "r3")]),
        ])

    private struct Site {
        let world: World
        /// The number of the last event that was read.
        var last: Int64 = 0

        /// Creates the network and attends every host.
        init(patience: Duration = .zero) async throws {
            world = try await World(patience: patience)
            _ = try await world.networks.create(NetworkWatchTests.line, waits: true)
            for host in World.hosts {
                await world.watch.attend(World.host(host))
                _ = try await until(.hostUp)
            }
        }

        /// Events up to the next one of that kind.
        mutating func until(_ kind: HostEvent.Kind) async throws -> [HostEvent] {
            var observed: [HostEvent] = []
            while !observed.contains(where: { $0.kind == kind }) {
                let more = try await world.hosts.events(after: last, on: nil, limit: 1, patience: .seconds(30))
                guard let event = more.first else {
                    Issue.record("no \(kind); observed: \(observed.map(\.words))")
                    return observed
                }
                last = event.number
                observed.append(event)
            }
            return observed
        }

        mutating func lose(_ host: String) async throws {
            world.simulator.silence(host)
            _ = try await until(.hostLost)
        }

        func end() async {
            for host in World.hosts { await world.watch.leave(host) }
        }
    }

    @Test("a connected network is proven again, with an event, and recorded")
    func holds() async throws {
        var site = try await Site()
        let made = try #require(try await site.world.networks.status("n1").last?.time)
        try await site.lose("h2")
        let away = try await site.world.networks.status("n1")
        #expect(away.unreachable == ["h2"] && Set(away.doubts.keys) == ["ab", "bc"])
        site.world.simulator.restore("h2")
        let event = try #require(try await site.until(.networkVerified).last)
        #expect(event.host == "h2")
        #expect(event.words == "network 'n1' is connected: every link was proven after host h2 came back")
        let back = try await site.world.networks.status("n1")
        #expect(back.last?.faults == [:] && back.last?.isWhole == true && back.doubtful == [])
        #expect(try #require(back.last?.time) > made)
        await site.end()
    }

    @Test("a failure is reported with its link and reason, and nothing is repaired")
    func broken() async throws {
        var site = try await Site()
        try await site.lose("h3")
        site.world.simulator.change("h3") { $0.segments.removeAll() }
        site.world.simulator.restore("h3")
        let event = try #require(try await site.until(.networkFailed).last)
        #expect(event.host == "h3")
        #expect(
            event.words
                == "network 'n1' is not connected after host h3 came back: link 'bc': router 'r3' did not answer")
        #expect(try await site.world.networks.status("n1").last?.faults.keys.sorted() == ["bc"])
        #expect(site.world.simulator.host("h3").segments.isEmpty)
        await site.end()
    }

    @Test("routers get time to come up")
    func late() async throws {
        var site = try await Site(patience: .seconds(60))
        try await site.lose("h2")
        site.world.simulator.script([
            Fault(.perform, 1, .before, .refuse(Refusal(.proofFailed, "not yet")), times: 3, on: "h2")
        ])
        site.world.simulator.restore("h2")
        let events = try await site.until(.networkVerified)
        #expect(!events.contains { $0.kind == .networkFailed })
        await site.end()
    }

    @Test("with two hosts away, proofs start only when the last is back")
    func twoAway() async throws {
        var site = try await Site()
        try await site.lose("h2")
        try await site.lose("h3")
        site.world.simulator.restore("h2")
        _ = try await site.until(.hostUp)
        site.world.simulator.restore("h3")
        #expect(try await site.until(.networkVerified).map(\.kind) == [.hostUp, .networkVerified])
        await site.end()
    }

    @Test("no proof while an operation is running")
    func busy() async throws {
        var site = try await Site()
        try await site.lose("h2")
        site.world.simulator.script([Fault(.perform, 1, .before, .hang, on: "h1")])
        let operation = try await site.world.machines.shutdown("r1", on: "h1", seconds: 5, waits: false)
        site.world.simulator.restore("h2")
        let watch = site.world.networkWatch
        try await eventually { await watch.waiting == ["n1"] }
        #expect(try await site.world.networks.status("n1").last?.doubted == ["ab", "bc"])
        site.world.simulator.script([])
        try site.world.operations.cancel(operation.operation)
        _ = try await site.until(.networkVerified)
        await site.end()
    }
}
