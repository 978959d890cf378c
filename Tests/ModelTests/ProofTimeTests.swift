import Testing

@testable import Model

@Suite("The time limit of a proof")
struct ProofTimeTests {
    private func link(targets: Int, tries: Int?, patience: Int?) -> LinkProof {
        let target = LinkProof.Target(router: "r", host: "h1", mac: MACAddress("52:54:00:00:00:01"))
        return LinkProof(
            network: "n", link: "l", host: "h1", bridge: "b", mtu: 1500, sourceMAC: MACAddress("52:54:00:00:00:02"),
            targets: Array(repeating: target, count: targets), members: [], strangers: [], medium: .vxlan(vni: 4096),
            seconds: 60,
            patience: patience,
            tries: tries)
    }

    @Test("each router adds some seconds; a slow link with many routers ends within an hour, too")
    func link() {
        #expect(link(targets: 3, tries: nil, patience: nil).answeringSeconds == 66)
        #expect(link(targets: 2, tries: 20, patience: 41).answeringSeconds == 30 + 2 * (2 + 2 * 20 * 41))
        #expect(link(targets: 1024, tries: 20, patience: 41).answeringSeconds == 3600)
        #expect(link(targets: 1024, tries: .max, patience: .max).answeringSeconds == 3600)
    }
}
