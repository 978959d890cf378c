package import FoundationEssentials

/// A virtual network of ours: its routers and its links, with everything that was chosen for them.
package struct VirtualNetwork: Sendable, Equatable, Codable {
    package var id: NetworkID
    package var name: String
    package var routers: [Router]
    package var links: [Link]
    package var created: Date
    /// The team that owns it, and its routers.
    package var team = TeamID.standard
    /// Whether it was requested in the form of the first clients, which have no networks and remove its
    /// machines one by one.
    package var isByVectors = false

    package struct Router: Sendable, Equatable, Codable {
        package var name: String
        package var machine: MachineID
        package var host: String
        /// The reason for the choice of its host, in words; `nil` if the caller chose the host.
        package var placedBecause: String?
        /// The longest time from start to an answer, and the longest time until its stack has exchanged routes
        /// with its neighbours, both in seconds.
        package var bootSeconds: Int
        package var convergeSeconds: Int
        /// The frame by which its stack shows that it runs.
        package var probe: Image.Probe?
        /// The values requested at creation; ``Machine/scheduler`` has the latest ones.
        package var weight: Int64?
        package var cap: Int64?
    }

    /// A segment that connects routers: one Ethernet segment, however many hosts it spans.
    package struct Link: Sendable, Equatable, Codable {
        /// The carrier of its frames.
        package enum Medium: Sendable, Hashable, Codable {
            /// An overlay over the hosts' own network, by its VXLAN network identifier.
            case vxlan(vni: Int)
            /// A physical network, by the bridge or network card of each place.
            case physical
        }

        package var name: String
        package var medium: Medium
        /// `nil` if no router on it uses IP.
        package var prefix: IPPrefix?
        /// Largest IP packet, in bytes.
        package var mtu: Int
        package var ends: [End]
        /// The hosts it spans, each once.
        package var places: [Place]
        /// The requested shape; `nil` if frames pass as fast as they can.
        package var shape: LinkShape?
        /// What the link does now instead; `nil` if it is as requested.
        package var conditions: LinkConditions?
    }

    /// A router's interface on a link.
    package struct End: Sendable, Equatable, Codable {
        package var router: String
        package var host: String
        package var address: InterfaceAddress?
        package var mac: MACAddress
    }

    /// A link on one of its hosts.
    package struct Place: Sendable, Equatable, Codable {
        package var host: String
        package var bridge: String
        /// The host's own address, under which the others reach it; `nil` if the link is physical.
        package var underlay: IPAddress?
        /// The source address of the proof; `nil` if the link is physical, or has no addresses.
        package var probe: InterfaceAddress?
        package var probeMAC: MACAddress
        /// Whether `bridge` is a network card of the host, which machines share (macvtap).
        package var isDirect = false
    }

    package init(id: NetworkID, name: String, routers: [Router], links: [Link], created: Date) {
        self.id = id
        self.name = name
        self.routers = routers
        self.links = links
        self.created = created
    }

    package func router(_ name: String) -> Router? { routers.first { $0.name == name } }

    /// The virtual link of this name.
    package func link(_ name: String) -> Link? { links.first { $0.name == name && $0.medium != .physical } }

    /// MAC addresses of routers' interfaces on physical networks, by router.
    var physicalMACs: [String: MACAddress] {
        Dictionary(
            links.filter { $0.medium == .physical }.flatMap(\.ends).map { ($0.router, $0.mac) },
            uniquingKeysWith: { first, _ in first })
    }

    /// Names of all hosts that carry a part of it, sorted.
    package var hosts: [String] { Set(routers.map(\.host) + links.flatMap(\.places).map(\.host)).sorted() }
}

extension VirtualNetwork.Link {
    /// Its VXLAN network identifier, if it has one.
    package var vni: Int? { if case .vxlan(let vni) = medium { vni } else { nil } }

    package func end(of router: String) -> VirtualNetwork.End? { ends.first { $0.router == router } }

    /// The link's segment on one of its hosts; `nil` if the link is physical.
    package func segment(at place: VirtualNetwork.Place, of network: VirtualNetwork) -> Segment? {
        guard case .vxlan(let vni) = medium, let local = place.underlay else { return nil }
        return Segment(
            network: network.id, networkName: network.name, link: name, vni: vni, mtu: mtu, local: local,
            peers: places.filter { $0.host != place.host }.compactMap(\.underlay), shape: presentShape,
            isDown: isDown)
    }
}

/// A virtual network's id: a UUID, in lower case.
package struct NetworkID: Sendable, Hashable, Codable {
    package let text: String
    package init(_ text: String) { self.text = text.lowercased() }
}

/// A link's part on one host: a bridge, and a VXLAN port on it if the link spans hosts. A libvirt network of
/// the same name makes the bridge, so that it starts with the host.
package struct Segment: Sendable, Equatable, Codable {
    package var network: NetworkID
    package var networkName: String
    package var link: String
    package var vni: Int
    package var mtu: Int
    /// This host's address on the underlay, and the other hosts'.
    package var local: IPAddress
    package var peers: [IPAddress]
    package var shape: LinkShape?
    /// `nil` in records of earlier versions, and if frames pass.
    private var down: Bool?

    package init(
        network: NetworkID, networkName: String, link: String, vni: Int, mtu: Int, local: IPAddress, peers: [IPAddress],
        shape: LinkShape? = nil, isDown: Bool = false
    ) {
        self.network = network
        self.networkName = networkName
        self.link = link
        self.vni = vni
        self.mtu = mtu
        self.local = local
        self.peers = peers
        self.shape = shape
        down = isDown ? true : nil
    }

    /// Whether the ports of its routers let no frame pass.
    package var isDown: Bool { down ?? false }

    /// Name of the libvirt network and its bridge: a device's name has at most 15 characters.
    package var name: String { Self.name(vni: vni) }

    package static func name(vni: Int) -> String {
        let digits = String(vni, radix: 16)
        return "vms-" + String(repeating: "0", count: max(0, 6 - digits.count)) + digits
    }

    /// Name of the VXLAN port.
    package var portName: String { "vmx-" + name.dropFirst(4) }

    /// Whether a bridge of that name belongs to a segment.
    package static func isName(_ text: String) -> Bool {
        text.hasPrefix("vms-") && text.utf8.count == 10
            && text.utf8.dropFirst(4).allSatisfy { (0x30...0x39).contains($0) || (0x61...0x66).contains($0) }
    }

    /// UUID of the libvirt network: the virtual network's id, with the VNI as its last digits.
    package var uuid: String {
        let digits = String(vni, radix: 16)
        return network.text.dropLast(digits.count) + digits
    }
}
