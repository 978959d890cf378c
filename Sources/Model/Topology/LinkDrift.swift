/// A deviation of a link's part on a host from its desired state, found by observation without traffic on the
/// link.
package struct LinkDrift: Sendable, Equatable {
    package var link: String
    package var host: String
    /// The deviation, with the host's name.
    package var words: String
}

extension VirtualNetwork {
    /// The links that deviate from their desired state: each link once, in the order of the network, with its
    /// first deviation. A host that is not in `hosts` is unknown, and nothing is reported about it.
    ///
    /// A link that is missing from the result may still not work: the proofs of `verifyVirtualNetwork` go
    /// further.
    ///
    /// - Parameter hosts: the devices that each host reported, by the host's name.
    package func drift(seenOn hosts: [String: HostLinks]) -> [LinkDrift] {
        let hosts = hosts.mapValues(ObservedHost.init)
        return links.compactMap { drift(of: $0, seenOn: hosts).first }
    }

    /// The first deviation of a link on each of its hosts.
    func drift(of link: Link, seenOn hosts: [String: ObservedHost]) -> [LinkDrift] {
        link.places.compactMap { place -> LinkDrift? in
            guard let observed = hosts[place.host] else { return nil }
            guard let found = SegmentCheck(network: self, link: link, place: place).fault(in: observed) else {
                return nil
            }
            return LinkDrift(link: link.name, host: place.host, words: "on host \(place.host): \(found)")
        }
    }
}

/// A host's report, indexed by names: a host may carry many links.
struct ObservedHost {
    let bridges: [String: HostLinks.Bridge]
    let tunnels: [String: HostLinks.Tunnel]
    let interfaces: Set<String>

    init(_ observed: HostLinks) {
        bridges = Dictionary(observed.bridges.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
        tunnels = Dictionary(observed.tunnels.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
        interfaces = Set(observed.interfaces.map(\.name))
    }
}

/// Compares the desired part of a link on one host with the observed one.
struct SegmentCheck {
    let network: VirtualNetwork
    let link: VirtualNetwork.Link
    let place: VirtualNetwork.Place

    /// The first deviation, in words; `nil` if there is none.
    func fault(in observed: ObservedHost) -> String? {
        guard let segment = link.segment(at: place, of: network) else {
            let exists = observed.bridges[place.bridge] != nil || observed.interfaces.contains(place.bridge)
            return exists ? nil : "its bridge \(place.bridge) is not there"
        }
        let name = segment.name
        guard let bridge = observed.bridges[name] else {
            return "its bridge \(name) is not there"
        }
        guard bridge.isOn else { return "its bridge \(name) is switched off" }
        guard bridge.mtu >= segment.mtu else {
            return "its bridge \(name) has an MTU of \(bridge.mtu), the link one of \(segment.mtu)"
        }
        if let port = bridge.ports.first(where: { $0.isBlocked != segment.isDown }) {
            return segment.isDown
                ? "frames pass its port \(port.name), though the link is down on purpose"
                : "no frame passes its port \(port.name)"
        }
        if let port = bridge.ports.first(where: { !segment.isDown && !LinkShape.isSame($0.shape, segment.shape) }) {
            return "frames pass its port \(port.name) \(Self.how(port.shape)) instead of \(Self.how(segment.shape))"
        }
        let tunnel = observed.tunnels[segment.portName]
        guard !segment.peers.isEmpty else {
            return tunnel == nil
                ? nil : "it has a VXLAN port \(segment.portName), though no other host carries a part of it"
        }
        guard let tunnel else { return "its VXLAN port \(segment.portName) is not there" }
        return fault(of: tunnel, segment)
    }

    private func fault(of tunnel: HostLinks.Tunnel, _ segment: Segment) -> String? {
        let port = "its VXLAN port \(tunnel.name)"
        guard tunnel.vni == segment.vni else {
            return "\(port) has VNI \(tunnel.vni.map(String.init) ?? "none") instead of \(segment.vni)"
        }
        guard tunnel.local == segment.local else {
            return "\(port) sends from \(tunnel.local?.description ?? "no address of its own") instead of "
                + "\(segment.local)"
        }
        guard tunnel.bridge == segment.name else {
            return
                "\(port) is \(tunnel.bridge.map { "a port of \($0)" } ?? "no port") instead of one of \(segment.name)"
        }
        guard tunnel.isOn else { return "\(port) is switched off" }
        guard tunnel.mtu >= segment.mtu else {
            return "\(port) has an MTU of \(tunnel.mtu), the link one of \(segment.mtu)"
        }
        if let lacking = segment.peers.first(where: { !tunnel.peers.contains($0) }) {
            return "\(port) lacks its peer \(named(lacking))"
        }
        if let unknown = tunnel.peers.first(where: { !segment.peers.contains($0) }) {
            return "\(port) has a peer \(unknown), which is no host of the link"
        }
        return nil
    }

    private static func how(_ shape: LinkShape?) -> String { shape.map { "with \($0.words)" } ?? "as fast as they can" }

    private func named(_ peer: IPAddress) -> String {
        link.places.first { $0.underlay == peer }.map { "\(peer), which is host \($0.host)" } ?? "\(peer)"
    }
}
