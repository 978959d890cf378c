internal import Model

/// What was given up with a host that did not answer is told when it is seen again, on whichever host; it stays nobody's.
extension HostWatch {
    func look(forAbandonedOn node: Node) async {
        guard let fleet = try? await store.fleet(), !fleet.abandoned.isEmpty else { return }
        let machines = try? await hypervisor.machines(on: node)
        let links = try? await hypervisor.links(on: node)
        for one in fleet.abandoned {
            let state: String?
            switch one.part {
            case .machine(let machine, _):
                guard let machines else { continue }
                state = machines.first { $0.id == machine.id }?.state.rawValue
            case .link(let segment):
                guard let links else { continue }
                // A part that a network of ours has there by now is that network's.
                let isOurs = fleet.networks.flatMap(\.links).contains { link in
                    link.medium == .vxlan(vni: segment.vni) && link.places.contains { $0.node == node.name }
                }
                state = !isOurs && links.bridges.contains { $0.name == segment.name } ? "there" : nil
            }
            await note(one, state, on: node, fleet)
        }
    }

    private func note(_ one: Abandoned, _ state: String?, on node: Node, _ fleet: Fleet) async {
        guard let state else {
            if one.seen?.node == node.name { await record([.abandonedSeen(one.id, nil)], node.name) }
            return
        }
        guard one.seen?.node != node.name else { return }
        await record([.abandonedSeen(one.id, .init(node: node.name, time: now()))], node.name)
        var (name, words): (String?, String) = (
            nil,
            "\(one.words), which was given up on host \(one.node), is \(state) on host "
                + "\(node.name): it is not ours any more; endAbandoned ends it"
        )
        if case .machine(let machine, _) = one.part {
            name = machine.name
            if let address = machine.physicalAddress?.address,
                let other = fleet.machine(at: address)
            {
                words += "; its address \(address) is \(other.name)'s on host \(other.node) by now"
            }
        }
        await note([HostEvent(.abandonedFound, node: node.name, machine: name, words: words, time: now())])
    }
}
