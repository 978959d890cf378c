internal import FoundationEssentials

extension Segment {
    var words: String {
        let bridge = "bridge \(name)"
        return peers.isEmpty ? bridge : "\(bridge) and VXLAN \(vni) to \(Step.list(peers.map(\.description)))"
    }

    var creationWords: String {
        "make \(words), MTU \(mtu)" + (shape.map { ", \($0.words)" } ?? "") + (isDown ? ", down" : "")
    }

    func abandoned(on host: String, since time: Date) -> Abandoned { Abandoned(.link(self), on: host, since: time) }
}

/// A change of a link's part on a host from one form to another.
package struct ReshapeSegment: Sendable, Equatable, Codable {
    package var from: Segment
    package var to: Segment
    /// Machines on the host with an interface on it: if the bridge was missing, they are connected to the new
    /// one.
    package var machines: [MachineReference]
}

extension ReshapeSegment {
    var words: String {
        from == to
            ? "make \(to.words) again, MTU \(to.mtu)" : "make \(to.words) of \(from.words), MTU \(to.mtu)"
    }
}
