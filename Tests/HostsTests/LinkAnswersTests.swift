import Testing

@testable import Hosts
@testable import Model

/// The answers of hosts about links, and the refusals for callers.
@Suite("Answers about links")
struct LinkAnswersTests {
    private let proof = LinkProof(
        network: "n1", link: "ab", host: "h1", bridge: "vms-001000", mtu: 1450, source: nil,
        sourceMAC: MACAddress("02:76:00:10:00:00"),
        targets: [
            .init(
                router: "r2", host: "h2", address: IPAddress("10.0.0.2"), mac: MACAddress("52:54:00:00:00:02"),
                probe: .init(protocolName: "rip", frames: "udp port 520"))
        ], members: [], strangers: [], medium: .vxlan(vni: 4096), seconds: 20)

    private func words(_ output: String) -> String? { LinkAnswers(output).refusal(of: proof)?.reason.description }

    @Test func allIsWell() {
        #expect(words("there 0 52:54:00:00:00:02\nframes 0 full\nheard 0 yes\n") == nil)
    }

    @Test(
        "each fault has its message",
        arguments: [
            ("", "did not answer within 20 s"), ("silent 0", "did not answer within 20 s"),
            ("there 0 52:54:00:00:00:09\nframes 0 full", "52:54:00:00:00:09 answers at 10.0.0.2 instead of"),
            ("there 0 52:54:00:00:00:02\nframes 0 small", "full ones of 1450 bytes do not"),
            ("there 0 52:54:00:00:00:02\nframes 0 none", "does not answer ping"),
            ("there 0 52:54:00:00:00:02\nframes 0 full\nheard 0 no", "sent no rip"),
            ("nobridge vms-001000", "on host h1: its bridge vms-001000 is not there"),
            (
                "there 0 52:54:00:00:00:02\nframes 0 full\nheard 0 yes\nstranger 10:00:00.1 52:54:00:00:00:0a > ff:ff",
                "a frame came from 52:54:00:00:00:0a"
            ),
        ])
    func wrong(output: String, expected: String) {
        #expect(words(output)?.contains(expected) == true, "\(words(output) ?? "nothing")")
        #expect(words(output)?.contains("link 'ab' of network 'n1'") == true)
    }

    @Test("a wrong answerer is reported before routers that were not listened to for that reason")
    func imposter() {
        var two = proof
        two.targets.append(
            .init(
                router: "r3", host: "h1", address: IPAddress("10.0.0.3"), mac: MACAddress("52:54:00:00:00:03"),
                probe: nil))
        let output = "there 0 52:54:00:00:00:02\nframes 0 full\nthere 1 52:54:00:00:00:09\n"
        let words = LinkAnswers(output).refusal(of: two)?.reason.description ?? ""
        #expect(words.contains("52:54:00:00:00:09 answers at 10.0.0.3 instead of router 'r3'"), "\(words)")
    }

    @Test func beyond() throws {
        let far = try #require(IPAddress("10.0.1.3"))
        let proof = ReachProof(
            network: "n1", link: "ab", host: "h1", bridge: "vms-001000", mtu: 1450,
            source: try InterfaceAddress("10.0.0.254", subject: .field("")), sourceMAC: MACAddress("02:76:00:10:00:00"),
            gateway: .init(router: "r1", link: "ab", address: try #require(IPAddress("10.0.0.1"))),
            targets: [.init(router: "r3", link: "bc", address: far)], seconds: 60)
        func words(_ output: String) -> String { ReachAnswers(output).refusal(of: proof)?.reason.description ?? "" }
        #expect(words("reached 10.0.1.3").isEmpty)
        #expect(words("small 10.0.1.3").contains("full ones of 1450 bytes do not"))
        #expect(words("lost 10.0.1.3\nhop 10.0.1.3 10.0.0.1").hasSuffix("router that answered is 'r1' at 10.0.0.1"))
        #expect(words("lost 10.0.1.3").contains("no router on the way answered"))
        #expect(words("").contains("from link 'ab' through router 'r1' to router 'r3' on link 'bc' at 10.0.1.3"))
    }
}
