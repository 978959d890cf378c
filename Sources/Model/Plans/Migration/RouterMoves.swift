/// What becomes of a virtual network when routers of it move to other hosts, one after the other.
///
///     before ──▶ united: links reach the new hosts as well ──▶ after: the old ones, where nothing else needs them, are left out
struct RouterMoves {
    private let before: VirtualNetwork
    private let united: VirtualNetwork
    private let after: VirtualNetwork
    private let moves: [MigrateMachine]
    private let drafts: [MachineID: MachineDraft]
    private let others: [VirtualNetwork]
    /// The network, with all routers where they are now.
    let subject: Plan.Subject

    /// - Throws: what of the network could not be there: an MTU, a shape, a bridge, an address of the host.
    ///
    /// - Parameter moves: at least one, in their order; all ask about the same world.
    init(_ moves: [MigrateMachine], of network: VirtualNetwork) throws(Refusal) {
        before = network
        self.moves = moves
        let asked = moves[0]
        // Planned as a network whose routers have always been there: it then keeps its names, VNIs and MAC addresses.
        var (there, fleet) = (network, asked.fleet)
        for move in moves {
            there.place(move.machine.name, on: move.destination.name)
            fleet.change(move.machine.id) { $0.host = move.destination.name }
        }
        let kept = KeptNetwork(there, in: fleet)
        let question = NetworkQuestion(
            request: kept.recorded, fleet: fleet, surveys: asked.surveys, catalogue: asked.catalogue, id: network.id,
            machines: network.routers.map(\.machine), operation: asked.operation, now: asked.now)
        let whole = try NetworkDraft(question, kept: kept)
        drafts = Dictionary(whole.machines.map { ($0.machine.id, $0) }, uniquingKeysWith: { first, _ in first })
        after = whole.network
        united = network.united(with: whole.network)
        others = asked.fleet.networks.filter { $0.name != network.name }
        subject = .network(
            name: network.name,
            members: asked.fleet.machines(of: network.name).map(MachineOnHost.init))
    }

    /// The router as it will be on its new host.
    func draft(of move: MigrateMachine) throws(Refusal) -> MachineDraft {
        guard let draft = drafts[move.machine.id] else {
            throw Refusal(
                .internalError, "virtual network '\(before.name)' has no router '\(move.machine.name)'")
        }
        return draft
    }

    /// What makes the links reach the new hosts, by host.
    var arriving: [String: [Step]] { NetworkPlans.changes(from: before, to: united) }

    /// To a router on each of its links that has addresses: from a host that stays on the link and is not its new one,
    /// where there is such a host.
    func flows(of move: MigrateMachine) -> [MoveFlow] {
        after.links.compactMap { link in
            guard link.medium != .physical, let target = link.end(of: move.machine.name)?.address?.address else {
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

    /// The network's links as they will be, beside all others, once so many routers are where they are to be.
    func proofs(moved count: Int) -> NetworkProofs {
        var there = after
        for move in moves.dropFirst(count) { there.place(move.machine.name, on: move.source.name) }
        return NetworkProofs(of: there, beside: others)
    }

    /// What makes them leave the old ones.
    var leaving: [String: [Step]] {
        NetworkPlans.changes(from: united, to: after).merging(
            NetworkPlans.leaving(from: united, to: after).mapValues { $0.map(Step.removeSegment) }
        ) { $0 + $1 }
    }

    /// Refused when the network is not what this was planned for any more.
    var recordsAtBegin: [RecordChange] { [.replaceNetwork(united, was: before)] }

    /// Once so many routers are where they are to be, the others still where they were.
    func records(moved count: Int) -> [RecordChange] {
        var there = united
        for move in moves.prefix(count) { there.place(move.machine.name, on: move.destination.name) }
        return [.replaceNetwork(there, was: nil)]
    }

    var recordsAtEnd: [RecordChange] { [.replaceNetwork(after, was: nil)] }

    var recordsUndone: [RecordChange] { [.replaceNetwork(before, was: nil)] }
}

extension VirtualNetwork {
    /// Records that a router is on that host.
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

    /// Itself, on all hosts that it or the other needs.
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
