internal import Model

/// A defect of a link of a virtual network, or of a router on it, that no operation caused.
package struct LinkBreak: Sendable, Equatable {
    package enum Kind: String, Sendable, CaseIterable {
        /// The host sends nothing to the link's other hosts any more.
        case peer
        /// Frames of full size do not pass on the host.
        case mtu
        /// Another machine on the host answers for the router's address with its own MAC address.
        case mac
        /// The host's bridge is gone.
        case bridge
        /// The router's protocol stack has stopped.
        case stack
    }

    package var network: String
    package var link: String
    /// The host on which the link is broken.
    package var host: String
    package var kind: Kind
    /// The link's segment on the host before the defect.
    var before: Segment

    /// Whether the host's network devices show the defect; applying the network then repairs it.
    package var isVisible: Bool { [.peer, .mtu, .bridge].contains(kind) }
}

/// An unordered pair of hosts.
struct HostPair: Hashable {
    let names: Set<String>

    init(_ one: String, _ other: String) { names = [one, other] }
}
