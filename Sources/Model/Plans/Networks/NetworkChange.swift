/// One thing in which a network is not as it is asked for, and what is done about it.
package struct NetworkChange: Sendable, Equatable {
    /// In the order in which they are told.
    package enum Kind: String, Sendable, CaseIterable {
        case add, change
        /// Nothing else is asked for than before, but a host does not have it so.
        case `repair`
        case remove
    }

    package enum Part: String, Sendable, CaseIterable { case router, link }

    package var kind: Kind
    package var part: Part
    /// Of the router or the link.
    package var name: String
    /// What differs, for people.
    package var words: String
}

/// What hosts told of a network just now. Of a host that told nothing, nothing is known.
package struct NetworkSeen: Sendable, Equatable {
    /// By host.
    package var links: [String: HostLinks]
    /// Machines that are on their hosts.
    package var machines: [MachineID: ObservedMachine]

    package init(links: [String: HostLinks], machines: [MachineID: ObservedMachine]) {
        self.links = links
        self.machines = machines
    }
}
