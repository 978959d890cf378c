/// A host's network devices, just looked up: those that connect it with others, and those that carry parts of
/// links.
package struct HostLinks: Sendable, Equatable {
    /// A device that leads out of the host: a network card, a bond, or a VLAN on one. Guests' devices are left
    /// out.
    package struct Interface: Sendable, Equatable {
        package var name: String
        package var mac: MACAddress?
        /// Largest IP packet, in bytes.
        package var mtu: Int
        /// In Mbit/s; `nil` if the device reports no speed.
        package var speed: Int?
        /// Whether it is up and has a carrier.
        package var isUp: Bool
        /// The bridge of which it is a port.
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
        /// Whether it is up; it may have no port with a carrier.
        package var isOn: Bool
        package var addresses: [InterfaceAddress]
        /// On the bridge of a virtual network: the ports of its routers.
        package var ports: [Port]

        package init(name: String, mtu: Int, isOn: Bool, addresses: [InterfaceAddress], ports: [Port] = []) {
            self.name = name
            self.mtu = mtu
            self.isOn = isOn
            self.addresses = addresses
            self.ports = ports
        }
    }

    /// A router's interface on its host.
    package struct Port: Sendable, Equatable {
        package var name: String
        /// The shaping of frames on their way to the router; `nil` for none.
        package var shape: LinkShape?
        /// Whether no frame reaches the router.
        package var isBlocked: Bool

        package init(name: String, shape: LinkShape?, isBlocked: Bool = false) {
            self.name = name
            self.shape = shape
            self.isBlocked = isBlocked
        }
    }

    /// A VXLAN port of one of our links.
    package struct Tunnel: Sendable, Equatable {
        package var name: String
        package var vni: Int?
        package var local: IPAddress?
        /// Largest IP packet, in bytes.
        package var mtu: Int
        package var isOn: Bool
        /// The bridge of which it is a port.
        package var bridge: String?
        /// Destinations of broadcast, multicast and unknown frames.
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

    /// Bridges that are not part of a virtual network's link.
    package var ownBridges: [Bridge] { bridges.filter { !Segment.isName($0.name) } }
}
