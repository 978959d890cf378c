import Model
import Testing

@testable import Hosts
@testable import Libvirt

/// The errors of a real libvirtd if another network conflicts with a link.
@Suite(
    .enabled(if: PrivateDaemon.isPossible, Comment(rawValue: PrivateDaemon.obstacle ?? "possible")),
    .serialized, .timeLimit(.minutes(3)))
struct TakenSegmentTests {
    private static func segment(_ vni: Int) -> Segment {
        Segment(
            network: NetworkID("00000000-0000-0000-0000-00000000aaaa"), networkName: "n1", link: "ab", vni: vni,
            mtu: 1450,
            local: IPAddress(bytes: [192, 0, 2, 1]), peers: [])
    }

    private static func network(_ name: String, bridge: String) -> String {
        "<network><name>\(name)</name><bridge name='\(bridge)'/></network>"
    }

    @Test("a VNI is skipped if another network, started or only defined, has its bridge or its name")
    func passedOver() async throws {
        let daemon = try await PrivateDaemon.start()
        let connection = try await Connection.open(daemon.uri)
        let opened = HostSession.Opened(
            connection: connection, route: Route(uri: daemon.uri, shell: nil),
            facts: try await HostFacts(of: connection))
        let segments = Segments(opened)
        _ = try await segments.define(Self.segment(4095))

        try await connection.defineNetwork(xml: Self.network("backup", bridge: "vms-001000"))
        try await connection.defineNetwork(xml: Self.network("vms-001001", bridge: "virbr8"))
        await refused { _ = try await segments.define(Self.segment(4096)) }
        await refused { _ = try await segments.define(Self.segment(4097)) }
        await refused { try await segments.make(Self.segment(4097)) }
        #expect(opened.learned.refusedVNIs == [4096, 4097])

        try await connection.createNetwork(xml: Self.network("vms-001002", bridge: "virbr9"))
        await refused { try await segments.make(Self.segment(4098)) }
        #expect(opened.learned.refusedVNIs == [4096, 4097, 4098])
        await connection.close()
    }

    private func refused(_ body: () async throws -> Void) async {
        await #expect {
            try await body()
        } throws: {
            ($0 as? Refusal)?.code == .segmentTaken && ($0 as? Refusal)?.reason.contains("another network") == true
        }
    }
}
