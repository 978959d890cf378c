/// A difference between a network and its request, and the action that removes it.
package struct NetworkChange: Sendable, Equatable {
    /// In the order in which they are reported.
    package enum Kind: String, Sendable, CaseIterable {
        case add, change
        /// The request is unchanged, but a host has lost a part.
        case `repair`
        case remove
    }

    package enum Part: String, Sendable, CaseIterable { case router, link }

    package var kind: Kind
    package var part: Part
    /// Name of the router or the link.
    package var name: String
    /// The difference, for people.
    package var words: String
}

/// The hosts' reports about a network, just looked up. Nothing is known about a host without a report.
package struct ObservedNetwork: Sendable, Equatable {
    /// The devices of each host, by the host's name.
    package var links: [String: HostLinks]
    /// Machines that exist on their hosts.
    package var machines: [MachineID: ObservedMachine]

    package init(links: [String: HostLinks], machines: [MachineID: ObservedMachine]) {
        self.links = links
        self.machines = machines
    }
}
