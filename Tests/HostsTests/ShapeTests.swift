import Model
import Testing

@testable import Hosts

/// The shape of a link: as libvirt stores it for our hook, and as the kernel reports it.
struct ShapeTests {
    private func segment(_ shape: LinkShape?, isDown: Bool = false) -> Segment {
        Segment(
            network: NetworkID("00000000-0000-0000-0000-00000000aaaa"), networkName: "n1", link: "ab", vni: 4096,
            mtu: 1450, local: IPAddress(bytes: [192, 0, 2, 10]), peers: [], shape: shape, isDown: isDown)
    }

    @Test("the XML has whole numbers that a shell can read, and none if no shape is requested")
    func xml() {
        let shaped = SegmentXML(
            segment: segment(LinkShape(bandwidthKbit: 10_000, delayMicroseconds: 2500, lossPercent: 0.05))
        ).text
        #expect(shaped.contains(#" bandwidth="10000" delay="2500" loss="500""#), "\(shaped)")
        #expect(SegmentXML(segment: segment(nil, isDown: true)).text.contains(#" down="1""#))
        let plain = SegmentXML(segment: segment(nil)).text
        #expect(!plain.contains("bandwidth") && !plain.contains("loss"))
        #expect(SegmentShape(nil).arguments.map(\.text) == ["0", "0", "0"])
    }

    @Test("a router's port is read from iproute2's output; the ports of the VXLAN and of proofs are left out")
    func ports() throws {
        let links = LinksReading(
            """
            device vms-001000 bridge 02:3e:5a:cc:72:bc 1450 0x1003 up -
            port vms-001000 vmx-001000
            port vms-001000 vmsp77
            port vms-001000 vnet1
            port vms-001000 vnet2
            port vms-001000 vnet3
            qdisc {"kind":"tbf","handle":"7661:","dev":"vnet1","root":true,"refcnt":2,"options":{"rate":1250000,"burst":12500,"lat":90000}}
            qdisc {"kind":"netem","handle":"7662:","dev":"vnet2","root":true,"refcnt":2,"options":{"limit":1000,"delay":{"delay":0.0025,"jitter":0,"correlation":0},"loss-random":{"loss":0.005,"correlation":0},"rate":{"rate":250000,"packetoverhead":0,"cellsize":0,"celloverhead":0},"ecn":false,"gap":0}}
            qdisc {"kind":"netem"
            port vms-001000 vnet4
            qdisc {"kind":"pfifo","handle":"7663:","dev":"vnet4","root":true,"refcnt":2,"options":{"limit":0}}
            """
        ).links
        let bridge = try #require(links.bridges.first)
        #expect(
            bridge.ports == [
                .init(name: "vnet1", shape: LinkShape(bandwidthKbit: 10_000)),
                .init(
                    name: "vnet2",
                    shape: LinkShape(bandwidthKbit: 2000, delayMicroseconds: 2500, lossPercent: 0.5)),
                .init(name: "vnet3", shape: nil), .init(name: "vnet4", shape: nil, isBlocked: true),
            ])
    }
}
