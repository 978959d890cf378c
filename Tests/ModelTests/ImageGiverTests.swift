import FoundationEssentials
import Testing

@testable import Model

/// Who is asked for an image's file, and in which order.
@Suite("Hosts that may send an image")
struct ImageGiverTests {
    private static func digest(_ letter: Character) -> Digest { Digest(String(repeating: letter, count: 64)) }

    private func node(_ name: String, _ addresses: String...) -> Node {
        Node(name: name, hostKey: nil, addresses: addresses, uri: nil, memoryMiB: nil)
    }

    private func givers(of letter: Character = "a", to taker: Node, _ others: [Node], having: [String]) -> [String] {
        let copies = having.map {
            ImageOnNode(node: $0, digest: Self.digest("a"), volume: VolumeName(pool: "default", name: "vms-image-a"))
        }
        let fleet = Fleet(nodes: others + [taker], machines: [], imagesOnNodes: copies)
        return fleet.givers(of: Self.digest(letter), to: taker).map(\.node.name)
    }

    @Test func whoHasItIsAskedAndNobodyElse() {
        let (one, two, three) = (node("h1", "10.0.0.1"), node("h2", "10.0.0.2"), node("h3", "10.0.0.3"))
        #expect(givers(to: one, [two, three], having: ["h1", "h3"]) == ["h3"])
        #expect(givers(of: "b", to: one, [two, three], having: ["h1", "h3"]).isEmpty)
        #expect(givers(to: one, [two], having: ["h2", "gone"]) == ["h2"])
    }

    @Test func oneThatIsDownOnPurposeIsNot() {
        var off = node("h2", "10.0.0.2")
        off.shutDown = NodeShutdown(
            since: Date(timeIntervalSince1970: 0), boot: HostBoot("run"), liftsMaintenance: false)
        #expect(givers(to: node("h1", "10.0.0.1"), [off], having: ["h2"]).isEmpty)
    }

    @Test("the more their addresses begin alike, the sooner; then by name")
    func order() {
        let near = node("z", "198.51.100.7", "10.1.2.200")
        let others = [
            node("c", "172.16.0.1"), node("b", "10.200.0.1"), near, node("a", "2001:db8::1"), node("d", "host"),
        ]
        let asked = givers(to: node("taker", "10.1.2.3", "2001:db9::1"), others, having: ["a", "b", "c", "d", "z"])
        // 31 bits for a in IPv6, 24 for z, 8 for b; c and d have none.
        #expect(asked == ["a", "z", "b", "c", "d"])
    }
}
