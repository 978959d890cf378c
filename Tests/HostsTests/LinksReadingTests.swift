import Model
import Testing

@testable import Hosts

/// The parser of a host's answer about its network devices.
struct LinksReadingTests {
    private func links(_ lines: String...) -> HostLinks { LinksReading(lines.joined(separator: "\n")).links }

    @Test("interfaces, with their properties")
    func interfaces() throws {
        let read = links(
            "device eth0 other 52:54:00:00:00:01 1500 0x1303 up 10000",
            "device eth1 other 52:54:00:00:00:02 9000 0x1003 down -1",
            "device eth2 other - 1500 0x1002 unknown -", "device br0 bridge 52:54:00:00:00:01 1500 0x1003 up -",
            "port br0 eth0", "port br0 vnet0", "address br0 192.0.2.11/24", "address eth1 fd00::1/64",
            "address wg0 10.0.0.1/32", "address eth1 255.255.255.255/8")
        #expect(read.interfaces.map(\.name) == ["eth0", "eth1", "eth2"])
        #expect(read.interfaces.map(\.speed) == [10_000, nil, nil])
        #expect(read.interfaces.map(\.isUp) == [true, false, false])
        #expect(read.interfaces.map(\.bridge) == ["br0", nil, nil])
        #expect(read.interfaces.map { $0.mac?.description } == ["52:54:00:00:00:01", "52:54:00:00:00:02", nil])
        #expect(read.interfaces[1].addresses.map(\.description) == ["fd00::1/64"])
        #expect(
            read.bridges.map(\.name) == ["br0"] && read.bridges[0].addresses.map(\.description) == ["192.0.2.11/24"])
        #expect(read.tunnels.isEmpty)
    }

    @Test("the VXLAN port of a link, as iproute2 prints it")
    func tunnels() throws {
        let read = links(
            "device vms-001000 bridge 02:3e:5a:cc:72:bc 1450 0x1003 unknown -", "port vms-001000 vmx-001000",
            "device vmx-001000 vxlan 02:3e:5a:cc:72:bc 1450 0x1303 unknown -",
            #"vxlan 7: vmx-001000: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1450 qdisc noqueue master vms-001000 state UNKNOWN "#
                + #"mode DEFAULT group default qlen 1000\    link/ether 02:3e:5a:cc:72:bc brd ff:ff:ff:ff:ff:ff promiscuity 1 "#
                + #"minmtu 68 maxmtu 65535 \    vxlan id 4096 local 192.0.2.11 srcport 0 0 dstport 4789 ttl 64 df set ageing 300"#,
            "peer vmx-001000 192.0.2.12", "peer vmx-001000 192.0.2.13")
        let tunnel = try #require(read.tunnels.first)
        #expect(tunnel.vni == 4096 && tunnel.local?.description == "192.0.2.11" && tunnel.bridge == "vms-001000")
        #expect(tunnel.isOn && tunnel.mtu == 1450 && tunnel.peers.map(\.description) == ["192.0.2.12", "192.0.2.13"])
        #expect(read.interfaces.isEmpty && read.ownBridges.isEmpty)
    }
}
