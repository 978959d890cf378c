import FoundationEssentials
import Testing

@testable import Model

/// The hosts that may send an image's file, and their order.
@Suite("Hosts that may send an image")
struct ImageSourceTests {
    private static func digest(_ letter: Character) -> Digest { Digest(String(repeating: letter, count: 64)) }

    private func host(_ name: String, _ addresses: String...) -> Host {
        Host(name: name, hostKey: nil, addresses: addresses, uri: nil, memoryMiB: nil)
    }

    private func imageSources(of letter: Character = "a", to taker: Host, _ others: [Host], having: [String])
        -> [String]
    {
        let copies = having.map {
            ImageOnHost(host: $0, digest: Self.digest("a"), volume: VolumeName(pool: "default", name: "vms-image-a"))
        }
        let fleet = Fleet(hosts: others + [taker], machines: [], imagesOnHosts: copies)
        return fleet.imageSources(of: Self.digest(letter), to: taker).map(\.host.name)
    }

    @Test func onlyHostsWithACopyMaySendIt() {
        let (one, two, three) = (host("h1", "10.0.0.1"), host("h2", "10.0.0.2"), host("h3", "10.0.0.3"))
        #expect(imageSources(to: one, [two, three], having: ["h1", "h3"]) == ["h3"])
        #expect(imageSources(of: "b", to: one, [two, three], having: ["h1", "h3"]).isEmpty)
        #expect(imageSources(to: one, [two], having: ["h2", "gone"]) == ["h2"])
    }

    @Test func aHostThatWasShutDownMayNot() {
        var off = host("h2", "10.0.0.2")
        off.shutDown = ShutdownRecord(
            since: Date(timeIntervalSince1970: 0), boot: HostBoot("run"), liftsMaintenance: false)
        #expect(imageSources(to: host("h1", "10.0.0.1"), [off], having: ["h2"]).isEmpty)
    }

    @Test("hosts with the longest common address prefix come first; then by name")
    func order() {
        let near = host("z", "198.51.100.7", "10.1.2.200")
        let others = [
            host("c", "172.16.0.1"), host("b", "10.200.0.1"), near, host("a", "2001:db8::1"), host("d", "host"),
        ]
        let ordered = imageSources(
            to: host("taker", "10.1.2.3", "2001:db9::1"), others, having: ["a", "b", "c", "d", "z"])
        // 31 bits for a in IPv6, 24 for z, 8 for b; c and d have none.
        #expect(ordered == ["a", "z", "b", "c", "d"])
    }
}
