internal import Model

extension SimulatedHost {
    /// The network devices of the host: one network card on one bridge, which has the host's address of 10.0.0.0/8, and
    /// the devices of its segments.
    func links(address: IPAddress) -> HostLinks {
        // Derived from the host's address.
        let mac = MACAddress(
            (["02", "00"] + address.bytes.prefix(4).map { String(Int($0) | 0x100, radix: 16).suffix(2) })
                .joined(separator: ":"))
        let own = try? InterfaceAddress("\(address)/8", subject: .address)
        var links = HostLinks(
            interfaces: [
                .init(
                    name: "eth0", mac: mac, mtu: 1500, speed: 10_000, isUp: true,
                    bridge: "br0", addresses: [])
            ], bridges: [.init(name: "br0", mtu: 1500, isOn: true, addresses: own.map { [$0] } ?? [])])
        for (name, segment) in segments.sorted(by: { $0.key < $1.key }) {
            let ports = domains.values.filter(\.isRunning).sorted { $0.name < $1.name }.filter {
                $0.spec?.interfaces.contains { $0.bridge == name } == true
            }
            links.bridges.append(
                .init(
                    name: name, mtu: segment.mtu, isOn: true, addresses: [],
                    ports: ports.map {
                        .init(
                            name: "vnet-\($0.name)", shape: segment.isDown ? nil : segment.shape,
                            isBlocked: segment.isDown)
                    }))
            guard !segment.peers.isEmpty else { continue }
            links.tunnels.append(
                .init(
                    name: segment.portName, vni: segment.vni, local: segment.local, mtu: segment.mtu, isOn: true,
                    bridge: name, peers: segment.peers))
        }
        return links
    }
}
