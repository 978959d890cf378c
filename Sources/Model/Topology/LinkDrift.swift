/// A link whose part on a host is not as it was made, found by looking and not by asking anybody on it.
package struct LinkDrift: Sendable, Equatable {
    package var link: String
    package var host: String
    /// What is wrong, with the host's name.
    package var words: String
}

extension VirtualNetwork {
    /// The links that are not as they were made, each once, in the order of the network; of several things that are wrong
    /// with a link the first. Of a host that is not in `hosts` nothing is known and nothing is told.
    ///
    /// A link that is not named may still not hold: the proofs of `verifyVirtualNetwork` go further.
    ///
    /// - Parameter hosts: what each host told, by its name.
    package func drift(seenOn hosts: [String: HostLinks]) -> [LinkDrift] {
        let hosts = hosts.mapValues(SeenHost.init)
        return links.compactMap { drift(of: $0, seenOn: hosts).first }
    }

    /// What is not as it was made on each host of a link.
    func drift(of link: Link, seenOn hosts: [String: SeenHost]) -> [LinkDrift] {
        link.places.compactMap { place -> LinkDrift? in
            guard let seen = hosts[place.host] else { return nil }
            guard let found = SegmentCheck(network: self, link: link, place: place).fault(in: seen) else {
                return nil
            }
            return LinkDrift(link: link.name, host: place.host, words: "on host \(place.host): \(found)")
        }
    }
}

/// What a host told, by names: a host may carry many links.
struct SeenHost {
    let bridges: [String: HostLinks.Bridge]
    let tunnels: [String: HostLinks.Tunnel]
    let interfaces: Set<String>

    init(_ seen: HostLinks) {
        bridges = Dictionary(seen.bridges.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
        tunnels = Dictionary(seen.tunnels.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
        interfaces = Set(seen.interfaces.map(\.name))
    }
}

/// Holds a link's part on one host against what the host has.
struct SegmentCheck {
    let network: VirtualNetwork
    let link: VirtualNetwork.Link
    let place: VirtualNetwork.Place

    /// The first thing that is not as it should be, in words; `nil` when all is.
    func fault(in seen: SeenHost) -> String? {
        guard let segment = link.segment(at: place, of: network) else {
            let isThere = seen.bridges[place.bridge] != nil || seen.interfaces.contains(place.bridge)
            return isThere ? nil : "its bridge \(place.bridge) is not there"
        }
        let name = segment.name
        guard let bridge = seen.bridges[name] else {
            return "its bridge \(name) is not there"
        }
        guard bridge.isOn else { return "its bridge \(name) is switched off" }
        guard bridge.mtu >= segment.mtu else {
            return "its bridge \(name) has an MTU of \(bridge.mtu), the link one of \(segment.mtu)"
        }
        if let port = bridge.ports.first(where: { !LinkShape.isSame($0.shape, segment.shape) }) {
            return "frames pass its port \(port.name) \(Self.how(port.shape)) instead of \(Self.how(segment.shape))"
        }
        let tunnel = seen.tunnels[segment.portName]
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
        if let stranger = tunnel.peers.first(where: { !segment.peers.contains($0) }) {
            return "\(port) has a peer \(stranger), which is no host of the link"
        }
        return nil
    }

    private static func how(_ shape: LinkShape?) -> String { shape.map { "with \($0.words)" } ?? "as fast as they can" }

    private func named(_ peer: IPAddress) -> String {
        link.places.first { $0.underlay == peer }.map { "\(peer), which is host \($0.host)" } ?? "\(peer)"
    }
}
