/// A host's network devices, as looked up just now: what connects it with others, and what carries parts of links.
package struct HostLinks: Sendable, Equatable {
    /// A device that leads out of the host: a network card, a bond, a VLAN on one. Guests' devices are not told.
    package struct Interface: Sendable, Equatable {
        package var name: String
        package var mac: MACAddress?
        /// Largest IP packet, in bytes.
        package var mtu: Int
        /// In Mbit/s; `nil` where it tells none.
        package var speed: Int?
        /// Whether it is switched on and has a carrier.
        package var isUp: Bool
        /// The bridge it is a port of.
        package var bridge: String?
        package var addresses: [InterfaceAddress]

        package init(
            name: String, mac: MACAddress?, mtu: Int, speed: Int?, isUp: Bool, bridge: String?,
            addresses: [InterfaceAddress]
        ) {
            self.name = name
            self.mac = mac
            self.mtu = mtu
            self.speed = speed
            self.isUp = isUp
            self.bridge = bridge
            self.addresses = addresses
        }
    }

    package struct Bridge: Sendable, Equatable {
        package var name: String
        /// Largest IP packet, in bytes.
        package var mtu: Int
        /// Whether it is switched on; it may have no port with a carrier.
        package var isOn: Bool
        package var addresses: [InterfaceAddress]
        /// Of a virtual network's bridge: where its routers are.
        package var ports: [Port]

        package init(name: String, mtu: Int, isOn: Bool, addresses: [InterfaceAddress], ports: [Port] = []) {
            self.name = name
            self.mtu = mtu
            self.isOn = isOn
            self.addresses = addresses
            self.ports = ports
        }
    }

    /// A router's interface as its host has it.
    package struct Port: Sendable, Equatable {
        package var name: String
        /// What the host does to frames on their way to the router; `nil` for nothing.
        package var shape: LinkShape?

        package init(name: String, shape: LinkShape?) {
            self.name = name
            self.shape = shape
        }
    }

    /// A VXLAN port, of a link of ours.
    package struct Tunnel: Sendable, Equatable {
        package var name: String
        package var vni: Int?
        package var local: IPAddress?
        /// Largest IP packet, in bytes.
        package var mtu: Int
        package var isOn: Bool
        /// The bridge it is a port of.
        package var bridge: String?
        /// Where it sends what goes to everybody.
        package var peers: [IPAddress]

        package init(
            name: String, vni: Int?, local: IPAddress?, mtu: Int, isOn: Bool, bridge: String?, peers: [IPAddress]
        ) {
            self.name = name
            self.vni = vni
            self.local = local
            self.mtu = mtu
            self.isOn = isOn
            self.bridge = bridge
            self.peers = peers
        }
    }

    package var interfaces: [Interface]
    package var bridges: [Bridge]
    package var tunnels: [Tunnel]

    package init(interfaces: [Interface] = [], bridges: [Bridge] = [], tunnels: [Tunnel] = []) {
        self.interfaces = interfaces
        self.bridges = bridges
        self.tunnels = tunnels
    }

    /// Those that are not part of a virtual network's link.
    package var ownBridges: [Bridge] { bridges.filter { !Segment.isName($0.name) } }
}
