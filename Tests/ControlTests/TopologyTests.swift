import Model
import Simulator
import Testing

@testable import Control

/// The topology shows hosts, physical links and networks as they are, not as they were requested.
@Suite struct TopologyTests {
    private func made() async throws -> World {
        let world = try await World()
        let request = NetworkRequest(
            name: "n1",
            routers: World.hosts.enumerated().map { .init(name: "r\($0 + 1)", host: $1, memoryMiB: 96) },
            links: [
                .init(name: "ab", ends: [.init(router: "r1"), .init(router: "r2")]),
                .init(name: "bc", ends: [.init(router: "r2"), .init(router: "r3")]),
            ])
        _ = try await world.networks.create(request, waits: true)
        return world
    }

    @Test("all hosts answer: they are connected, the routers run, and no link has a defect")
    func whole() async throws {
        let world = try await made()
        let topology = try await world.networks.topology()
        #expect(topology.hosts.map(\.host.name) == World.hosts)
        #expect(topology.hosts.allSatisfy { $0.state == .up && $0.links?.interfaces.map(\.name) == ["eth0"] })
        #expect(topology.hosts.allSatisfy { $0.links?.ownBridges.map(\.name) == ["br0"] })
        #expect(topology.physicalLinks.map { $0.ends.map(\.host) } == [World.hosts])
        let network = try #require(topology.networks.first)
        #expect(network.states == ["r1": .running, "r2": .running, "r3": .running] && network.drift == [])
    }

    @Test("a segment that was removed outside of VMS is shown by the topology and by the network's status")
    func removed() async throws {
        let world = try await made()
        world.simulator.change("h3") { $0.segments.removeAll() }
        let words = ["bc: on host h3: its bridge vms-001001 is not there"]
        let topology = try await world.networks.topology()
        #expect(topology.networks.flatMap(\.drift).map { "\($0.link): \($0.words)" } == words)
        #expect(try await world.networks.status("n1").drift.map { "\($0.link): \($0.words)" } == words)
    }

    @Test("a missing peer is reported with both hosts")
    func unpeered() async throws {
        let world = try await made()
        let lost = try #require(world.simulator.host("h1").segments["vms-001000"]).peers[0]
        world.simulator.change("h1") { $0.segments["vms-001000"]?.peers = [IPAddress(bytes: [192, 0, 2, 1])] }
        let drift = try await world.networks.status("n1").drift
        #expect(
            drift.map(\.words) == ["on host h1: its VXLAN port vmx-001000 lacks its peer \(lost), which is host h2"])
    }

    @Test("a silent host is shown with the reason, the others as usual")
    func silent() async throws {
        let world = try await made()
        world.simulator.change("h2") { $0.segments.removeAll() }
        world.simulator.silence("h2")
        let topology = try await world.networks.topology()
        #expect(topology.hosts.map(\.state) == [.up, .unreachable, .up])
        #expect(topology.hosts[1].why?.reason == "host 'h2' does not answer" && topology.hosts[1].links == nil)
        #expect(topology.physicalLinks.map { $0.ends.map(\.host) } == [["h1", "h3"]])
        let network = try #require(topology.networks.first)
        #expect(network.unreachable == ["h2"] && network.states.keys.sorted() == ["r1", "r3"])
        // The state of its segments is unknown.
        #expect(network.drift == [])
    }

    @Test("a network that is being created has no defects yet")
    func unsettled() async throws {
        let world = try await World()
        world.simulator.script([Fault(.perform, 1, .before, .hang, on: "h2")])
        let request = NetworkRequest(
            name: "n1",
            routers: [.init(name: "r1", host: "h1", memoryMiB: 96), .init(name: "r2", host: "h2", memoryMiB: 96)],
            links: [.init(name: "ab", ends: [.init(router: "r1"), .init(router: "r2")])])
        let answer = try await world.networks.create(request, waits: false)
        let topology = try await world.networks.topology()
        #expect(topology.networks.map(\.network.name) == ["n1"] && topology.networks.flatMap(\.drift) == [])
        try world.operations.cancel(answer.operation)
        _ = await refusal { try await world.operations.outcome(of: answer.operation) }
        #expect(try await world.leftovers() == [])
    }
}
