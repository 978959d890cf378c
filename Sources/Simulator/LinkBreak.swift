internal import Model

/// What is wrong with a link of a virtual network, or with a router on it, though no operation made it so.
package struct LinkBreak: Sendable, Equatable {
    package enum Kind: String, Sendable, CaseIterable {
        /// The host sends nothing to the link's other hosts any more.
        case peer
        /// Frames of full size do not pass on the host.
        case mtu
        /// Another machine on the host answers with its own MAC address in the router's name.
        case mac
        /// The host's bridge is gone.
        case bridge
        /// The router's protocol stack has stopped.
        case stack
    }

    package var network: String
    package var link: String
    /// Where it is.
    package var host: String
    package var kind: Kind
    /// The link's part on the host, as it was before.
    var before: Segment

    /// Whether a look at the host shows it; applying the network then repairs it.
    package var isSeen: Bool { [.peer, .mtu, .bridge].contains(kind) }
}

/// Two hosts, in no order.
struct HostPair: Hashable {
    let names: Set<String>

    init(_ one: String, _ other: String) { names = [one, other] }
}
