import FoundationEssentials
import Testing

@testable import Model

/// Conclusions from hosts' reports about their network devices.
@Suite struct TopologyTests {
    private static let numbers: [String: UInt8] = ["h1": 11, "h2": 12, "h3": 13]

    private static func address(_ host: String) -> IPAddress { IPAddress(bytes: [192, 0, 2, numbers[host] ?? 0]) }

    private func addresses(_ texts: String...) throws -> [InterfaceAddress] {
        try texts.map { try InterfaceAddress($0, subject: .address) }
    }

    private func link(_ name: String, _ vni: Int?, _ hosts: [String]) -> VirtualNetwork.Link {
        .init(
            name: name, medium: vni.map { .vxlan(vni: $0) } ?? .physical, prefix: nil, mtu: 1450, ends: [],
            places: hosts.map { host in
                .init(
                    host: host, bridge: vni.map { Segment.name(vni: $0) } ?? "br0",
                    underlay: vni == nil ? nil : Self.address(host), probe: nil,
                    probeMAC: MACAddress("02:76:00:00:00:00"))
            })
    }

    private var network: VirtualNetwork {
        VirtualNetwork(
            id: NetworkID("00000000-0000-0000-0000-00000000aaaa"), name: "n1", routers: [],
            links: [
                link("all", 4096, ["h1", "h2", "h3"]), link("inside", 4097, ["h1"]), link("out", nil, ["h2"]),
            ], created: Date(timeIntervalSince1970: 0))
    }

    /// The hosts in the desired state of the network.
    private func hosts() throws -> [String: HostLinks] {
        try Self.numbers.keys.reduce(into: [:]) { hosts, host in
            var links = HostLinks(
                interfaces: [
                    .init(
                        name: "eth0", mac: nil, mtu: 1500, speed: nil, isUp: true, bridge: "br0", addresses: [])
                ],
                bridges: [
                    .init(
                        name: "br0", mtu: 1500, isOn: true,
                        addresses: try addresses("\(Self.address(host))/24")),
                    .init(name: "vms-001000", mtu: 1450, isOn: true, addresses: []),
                ],
                tunnels: [
                    .init(
                        name: "vmx-001000", vni: 4096, local: Self.address(host), mtu: 1450, isOn: true,
                        bridge: "vms-001000",
                        peers: Self.numbers.keys.filter { $0 != host }.sorted().map { Self.address($0) })
                ])
            if host == "h1" { links.bridges.append(.init(name: "vms-001001", mtu: 1450, isOn: true, addresses: [])) }
            hosts[host] = links
        }
    }

    private func drift(_ change: (inout [String: HostLinks]) -> Void) throws -> [String] {
        var hosts = try hosts()
        change(&hosts)
        return network.drift(seenOn: hosts).map { "\($0.link): \($0.words)" }
    }

    @Test("in the desired state there is no drift; a host without a report is unknown")
    func whole() throws {
        #expect(try drift { _ in } == [])
        #expect(try drift { $0 = [:] } == [])
        #expect(try drift { $0["h2"] = nil } == [])
    }

    static let faults: [(String, @Sendable (inout [String: HostLinks]) -> Void)] = [
        ("all: on host h2: its bridge vms-001000 is not there", { $0["h2"]?.bridges.remove(at: 1) }),
        ("all: on host h2: its bridge vms-001000 is switched off", { $0["h2"]?.bridges[1].isOn = false }),
        (
            "all: on host h2: its bridge vms-001000 has an MTU of 1400, the link one of 1450",
            { $0["h2"]?.bridges[1].mtu = 1400 }
        ),
        ("all: on host h2: its VXLAN port vmx-001000 is not there", { $0["h2"]?.tunnels = [] }),
        ("all: on host h2: its VXLAN port vmx-001000 has VNI 7 instead of 4096", { $0["h2"]?.tunnels[0].vni = 7 }),
        (
            "all: on host h2: its VXLAN port vmx-001000 sends from 192.0.2.99 instead of 192.0.2.12",
            { $0["h2"]?.tunnels[0].local = IPAddress("192.0.2.99") }
        ),
        (
            "all: on host h2: its VXLAN port vmx-001000 is a port of br0 instead of one of vms-001000",
            { $0["h2"]?.tunnels[0].bridge = "br0" }
        ),
        (
            "all: on host h2: its VXLAN port vmx-001000 is no port instead of one of vms-001000",
            { $0["h2"]?.tunnels[0].bridge = nil }
        ),
        ("all: on host h2: its VXLAN port vmx-001000 is switched off", { $0["h2"]?.tunnels[0].isOn = false }),
        (
            "all: on host h2: its VXLAN port vmx-001000 has an MTU of 1400, the link one of 1450",
            { $0["h2"]?.tunnels[0].mtu = 1400 }
        ),
        (
            "all: on host h2: its VXLAN port vmx-001000 lacks its peer 192.0.2.11, which is host h1",
            { $0["h2"]?.tunnels[0].peers.removeFirst() }
        ),
        (
            "all: on host h2: its VXLAN port vmx-001000 has a peer 192.0.2.99, which is no host of the link",
            { $0["h2"]?.tunnels[0].peers.append(IPAddress(bytes: [192, 0, 2, 99])) }
        ),
        (
            "inside: on host h1: it has a VXLAN port vmx-001001, though no other host carries a part of it",
            {
                $0["h1"]?.tunnels.append(
                    .init(
                        name: "vmx-001001", vni: 4097, local: nil, mtu: 1450, isOn: true, bridge: "vms-001001",
                        peers: []))
            }
        ),
        ("out: on host h2: its bridge br0 is not there", { $0["h2"]?.bridges.remove(at: 0) }),
    ]

    @Test("a missing or misconfigured part is reported with its host", arguments: faults.indices)
    func reported(index: Int) throws {
        let (words, change) = Self.faults[index]
        #expect(try drift(change) == [words])
    }

    @Test("a link is reported once, however many faults it has")
    func once() throws {
        #expect(
            try drift {
                for host in ["h1", "h2", "h3"] { $0[host]?.tunnels = [] }
            } == ["all: on host h1: its VXLAN port vmx-001000 is not there"])
    }

    private func physical(_ hosts: [String: HostLinks]) -> [String] {
        PhysicalLink.all(among: hosts).map { link in
            "\(link.prefix): "
                + link.ends.map { end in
                    "\(end.host) \(end.address) \(end.interfaces.joined(separator: "+"))"
                        + (end.bridge.map { " of \($0)" } ?? "")
                }.joined(separator: ", ") + (link.fault.map { " FAILED \($0)" } ?? "")
        }
    }

    @Test("hosts with addresses of one prefix share a link")
    func meet() throws {
        #expect(
            physical(try hosts()) == [
                "192.0.2.0/24: h1 192.0.2.11/24 eth0 of br0, h2 192.0.2.12/24 eth0 of br0, h3 192.0.2.13/24 eth0 of br0"
            ])
        var hosts = try hosts()
        hosts["h3"] = HostLinks(interfaces: [
            .init(
                name: "eth1", mac: nil, mtu: 1500, speed: nil, isUp: false, bridge: nil,
                addresses: try addresses("192.0.2.13/24", "fd00::3/64", "198.51.100.3/32"))
        ])
        hosts["h2"]?.interfaces[0].addresses = try addresses("fd00::2/64")
        #expect(
            physical(hosts) == [
                "192.0.2.0/24: h1 192.0.2.11/24 eth0 of br0, h2 192.0.2.12/24 eth0 of br0, h3 192.0.2.13/24 eth1 "
                    + "FAILED on host h3: eth1 is down",
                "fd00::/64: h2 fd00::2/64 eth0, h3 fd00::3/64 eth1 FAILED on host h3: eth1 is down",
            ])
    }

    @Test("a prefix inside each host, or on a single host, connects no hosts")
    func apart() throws {
        var hosts = try hosts()
        for host in ["h1", "h2"] {
            hosts[host]?.bridges[0].addresses = []
            hosts[host]?.bridges.append(
                .init(
                    name: "virbr0", mtu: 1500, isOn: true,
                    addresses: try addresses("192.168.122.1/24")))
        }
        #expect(physical(hosts) == [])
    }

    @Test("only a segment's bridge has a segment's name")
    func names() {
        #expect(["vms-001000", "vms-ffffff"].allSatisfy(Segment.isName))
        #expect(
            !["vms-00100", "vms-0010000", "vms-bridge", "vmx-001000", "br0", "vms-00100G"].contains {
                Segment.isName($0)
            })
    }
}
