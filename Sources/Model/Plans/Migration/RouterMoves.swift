/// The states of a virtual network while routers of it move to other hosts, one after the other.
///
///     before ──▶ united: links span the new hosts as well ──▶ after: the old hosts are left out if nothing else needs them
struct RouterMoves {
    private let before: VirtualNetwork
    private let united: VirtualNetwork
    private let after: VirtualNetwork
    private let moves: [MigrateMachine]
    private let drafts: [MachineID: MachineDraft]
    private let others: [VirtualNetwork]
    /// The network, with the current hosts of all routers.
    let subject: Plan.Subject

    /// - Throws: the part of the network that is not possible there: an MTU, a shape, a bridge, an address of
    ///   the host.
    ///
    /// - Parameter moves: at least one, in their order, all based on the same fleet and surveys.
    init(_ moves: [MigrateMachine], of network: VirtualNetwork) throws(Refusal) {
        before = network
        self.moves = moves
        let first = moves[0]
        // Planned as a network whose routers have always been there, so that it keeps its names, VNIs and MAC
        // addresses.
        var (relocated, fleet) = (network, first.fleet)
        for move in moves {
            relocated.place(move.machine.name, on: move.destination.name)
            fleet.change(move.machine.id) { $0.host = move.destination.name }
        }
        let kept = ExistingNetwork(relocated, in: fleet)
        let input = NetworkPlanInput(
            request: kept.recorded, fleet: fleet, surveys: first.surveys, catalogue: first.catalogue, id: network.id,
            machines: network.routers.map(\.machine), operation: first.operation, now: first.now)
        let whole = try NetworkDraft(input, kept: kept)
        drafts = Dictionary(whole.machines.map { ($0.machine.id, $0) }, uniquingKeysWith: { first, _ in first })
        after = whole.network
        united = network.united(with: whole.network)
        others = first.fleet.networks.filter { $0.name != network.name }
        subject = .network(
            name: network.name,
            members: first.fleet.machines(of: network.name).map(MachineOnHost.init))
    }

    /// The router as it will be on its destination.
    func draft(of move: MigrateMachine) throws(Refusal) -> MachineDraft {
        guard let draft = drafts[move.machine.id] else {
            throw Refusal(
                .internalError, "virtual network '\(before.name)' has no router '\(move.machine.name)'")
        }
        return draft
    }

    /// The steps that extend the links to the new hosts, by host.
    var arriving: [String: [Step]] { NetworkPlans.changes(from: before, to: united) }

    /// The flows to a router on each of its links with addresses: each from a host that stays on the link and
    /// is not the router's destination, if there is one.
    func flows(of move: MigrateMachine) -> [MoveFlow] {
        after.links.compactMap { link in
            guard link.medium != .physical, !link.isDown, let target = link.end(of: move.machine.name)?.address?.address
            else {
                return nil
            }
            let stays = link.places.filter { place in
                place.probe != nil && before.link(link.name)?.places.contains { $0.host == place.host } == true
            }
            let place =
                stays.first { $0.host != move.destination.name }
                ?? link.places.first { $0.host == move.destination.name }
            guard let place, let source = place.probe,
                let host = move.fleet.hosts.first(where: { $0.name == place.host })
            else { return nil }
            return MoveFlow(
                link: link.name, host: host, bridge: place.bridge, mtu: link.mtu, source: source,
                sourceMAC: place.probeMAC, target: target)
        }
    }

    /// The proofs of the network's final links, after the first `count` routers have moved.
    func proofs(moved count: Int) -> NetworkProofs {
        var network = after
        for move in moves.dropFirst(count) { network.place(move.machine.name, on: move.source.name) }
        return NetworkProofs(of: network, beside: others)
    }

    /// The steps that remove the links from the old hosts.
    var leaving: [String: [Step]] {
        NetworkPlans.changes(from: united, to: after).merging(
            NetworkPlans.leaving(from: united, to: after).mapValues { $0.map(Step.removeSegment) }
        ) { $0 + $1 }
    }

    /// Refused if the network has changed since it was planned.
    var recordsAtBegin: [RecordChange] { [.replaceNetwork(united, was: before)] }

    /// The record after the first `count` routers have moved, while the others are still on their old hosts.
    func records(moved count: Int) -> [RecordChange] {
        var network = united
        for move in moves.prefix(count) { network.place(move.machine.name, on: move.destination.name) }
        return [.replaceNetwork(network, was: nil)]
    }

    var recordsAtEnd: [RecordChange] { [.replaceNetwork(after, was: nil)] }

    var recordsUndone: [RecordChange] { [.replaceNetwork(before, was: nil)] }
}

extension VirtualNetwork {
    /// Records that a router is on this host.
    fileprivate mutating func place(_ router: String, on host: String) {
        for index in routers.indices where routers[index].name == router {
            routers[index].host = host
            routers[index].placedBecause = nil
        }
        for link in links.indices {
            for end in links[link].ends.indices where links[link].ends[end].router == router {
                links[link].ends[end].host = host
            }
        }
    }

    /// The network itself, on all hosts that it or the other one needs.
    fileprivate func united(with other: VirtualNetwork) -> VirtualNetwork {
        var united = self
        for index in united.links.indices {
            guard let link = other.link(united.links[index].name) else { continue }
            let known = Set(united.links[index].places.map(\.host))
            united.links[index].places += link.places.filter { !known.contains($0.host) }
        }
        return united
    }
}
