/// Plans what a link does to frames from now on; the network stays as it was requested.
package struct ChangeLinkConditions {
    /// A caller's wish.
    package enum Wish: Sendable, Equatable {
        /// A shape in place of the requested one. What is `nil` is as requested; 0 means none.
        case shape(bandwidthKbit: Int64?, delayMicroseconds: Int64?, lossPercent: Double?)
        case down, up

        func conditions(of link: VirtualNetwork.Link) -> LinkConditions? {
            var conditions = link.conditions ?? LinkConditions()
            switch self {
            case .down: conditions.isDown = true
            case .up: conditions.isDown = false
            case .shape(let bandwidth, let delay, let loss):
                conditions.bandwidthKbit = bandwidth
                conditions.delayMicroseconds = delay
                conditions.lossPercent = loss
            }
            return conditions.beside(link.shape)
        }
    }

    /// The network with the conditions.
    package let changed: VirtualNetwork
    /// The link with the conditions.
    package let link: VirtualNetwork.Link
    private let network: VirtualNetwork
    private let fleet: Fleet

    /// - Throws: `linkInvalid` for a link that the network does not have, `notOffered` for a physical one.
    package init(
        _ wish: Wish, of name: String, in network: VirtualNetwork, _ fleet: Fleet
    ) throws(Refusal) {
        guard let index = network.links.firstIndex(where: { $0.name == name }) else {
            let known = network.links.map(\.name).joined(separator: ", ")
            throw Refusal(
                .linkInvalid, .link, "\(.link) is '\(name.shown)': network '\(network.name)' has \(known)",
                value: name.shown)
        }
        guard network.links[index].medium != .physical else {
            throw Refusal(
                .notOffered, .link, "\(.link) is '\(name)': it is a physical network, whose frames are not ours",
                value: name)
        }
        (self.network, self.fleet) = (network, fleet)
        var changed = network
        changed.links[index].conditions = wish.conditions(of: network.links[index])
        (self.changed, link) = (changed, changed.links[index])
    }

    /// Whether the link is so already.
    package var isSettled: Bool { changed == network }

    /// The hosts that carry the link.
    package var hosts: [Host] {
        fleet.hosts.filter { host in link.places.contains { $0.host == host.name } }
    }

    /// - Parameters:
    ///   - service: the service that requests it.
    ///   - surveys: the link's hosts, by name.
    /// - Throws: `notOffered` if the kernel of a host cannot shape frames so.
    package func plan(for service: String, _ surveys: [String: HostSurvey]) throws(Refusal) -> Plan {
        try SegmentPlans.check(link.presentShape, isDown: link.isDown, of: link.name, hosts, surveys)
        var staged = StagedSteps()
        staged.add("segments", NetworkPlans.changes(from: network, to: changed), on: hosts, atOnce: Plan.atOnce)
        let event = HostEvent(
            .linkChanged, host: link.places.first?.host ?? "", network: network.name,
            words: "link '\(link.name)' of network '\(network.name)' is \(link.presentWords)", time: network.created)
        return Plan(
            service: service,
            subject: .network(
                name: network.name, members: fleet.machines(of: network.name).map(MachineOnHost.init)),
            staged, recovery: .undo, atBegin: [.setConditions(changed, link: link.name, was: network)],
            onSuccess: [.doubt(network: network.name, links: [link.name]), .note(event)],
            onFailure: [.setConditions(network, link: link.name, was: nil)])
    }
}
