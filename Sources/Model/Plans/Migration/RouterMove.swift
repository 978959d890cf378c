/// What becomes of a virtual network when one of its routers moves to another host.
///
///     before ──▶ united: links reach the new host as well ──▶ after: the old one, where nothing else needs it, is left out
struct RouterMove {
    private let before: VirtualNetwork
    private let united: VirtualNetwork
    private let after: VirtualNetwork
    private let router: String
    private let destination: Node
    /// The router as it will be on its new host.
    let draft: MachineDraft
    /// Its network as it will be, beside all others.
    let proofs: NetworkProofs
    /// All routers of the network where they are now: no other operation touches them meanwhile.
    let members: [MachineOnNode]

    /// - Throws: what of the network could not be there: an MTU, a shape, a bridge, an address of the host.
    init(_ asked: MigrateMachine, network: VirtualNetwork) throws(Refusal) {
        before = network
        router = asked.machine.name
        destination = asked.destination
        // Planned as a network whose router has always been there: it then keeps its names, VNIs and MAC addresses.
        var (there, fleet) = (network, asked.fleet)
        there.place(asked.machine.name, on: asked.destination.name)
        for index in fleet.machines.indices where fleet.machines[index].id == asked.machine.id {
            fleet.machines[index].node = asked.destination.name
        }
        let kept = KeptNetwork(there, in: fleet)
        let question = NetworkQuestion(
            request: kept.recorded, fleet: fleet, surveys: asked.surveys, catalogue: asked.catalogue, id: network.id,
            machines: network.routers.map(\.machine), operation: asked.operation, now: asked.now)
        let whole = try NetworkDraft(question, kept: kept)
        guard let draft = whole.machines.first(where: { $0.machine.id == asked.machine.id }) else {
            throw Refusal(
                .internalError, "virtual network '\(network.name)' has no router '\(asked.machine.name)'")
        }
        self.draft = draft
        after = whole.network
        united = network.united(with: whole.network)
        proofs = NetworkProofs(of: whole.network, beside: asked.fleet.networks.filter { $0.name != network.name })
        members = asked.fleet.machines.filter { $0.network == network.name }.map {
            MachineOnNode(node: $0.node, machine: $0.name)
        }
    }

    /// What makes the links reach the new host, by host.
    var arriving: [String: [Step]] { NetworkPlans.changes(from: before, to: united) }

    /// To the router on each of its links that has addresses: from a host that stays on the link and is not its new one,
    /// where there is such a host.
    func flows(among nodes: [Node]) -> [MoveFlow] {
        after.links.compactMap { link in
            guard link.vni != nil, let target = link.end(of: router)?.address?.address else { return nil }
            let stays = link.places.filter { place in
                place.probe != nil && before.link(link.name)?.places.contains { $0.node == place.node } == true
            }
            let place =
                stays.first { $0.node != destination.name } ?? link.places.first { $0.node == destination.name }
            guard let place, let source = place.probe, let node = nodes.first(where: { $0.name == place.node }) else {
                return nil
            }
            return MoveFlow(
                link: link.name, node: node, bridge: place.bridge, mtu: link.mtu, source: source,
                sourceMAC: place.probeMAC, target: target)
        }
    }

    /// What makes them leave the old one.
    var leaving: [String: [Step]] {
        NetworkPlans.changes(from: united, to: after).merging(
            NetworkPlans.leaving(from: united, to: after).mapValues { $0.map(Step.removeSegment) }
        ) { $0 + $1 }
    }

    /// Refused when the network is not what this was planned for any more.
    var recordsAtBegin: [RecordChange] { [.replaceNetwork(united, was: before)] }

    var recordsThere: [RecordChange] {
        var there = united
        there.place(router, on: destination.name)
        return [.replaceNetwork(there, was: nil)]
    }

    /// Once the router is back after all.
    var recordsHere: [RecordChange] { [.replaceNetwork(united, was: nil)] }

    var recordsAtEnd: [RecordChange] { [.replaceNetwork(after, was: nil)] }

    var recordsUndone: [RecordChange] { [.replaceNetwork(before, was: nil)] }
}

extension VirtualNetwork {
    /// Records that a router is on that host.
    fileprivate mutating func place(_ router: String, on node: String) {
        for index in routers.indices where routers[index].name == router {
            routers[index].node = node
            routers[index].placedBecause = nil
        }
        for link in links.indices {
            for end in links[link].ends.indices where links[link].ends[end].router == router {
                links[link].ends[end].node = node
            }
        }
    }

    /// Itself, on all hosts that it or the other needs.
    fileprivate func united(with other: VirtualNetwork) -> VirtualNetwork {
        var united = self
        for index in united.links.indices {
            guard let link = other.link(united.links[index].name) else { continue }
            let known = Set(united.links[index].places.map(\.node))
            united.links[index].places += link.places.filter { !known.contains($0.node) }
        }
        return united
    }
}
