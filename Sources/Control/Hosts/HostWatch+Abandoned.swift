internal import Model

/// What was given up with a host that did not answer is told when it is seen again, on whichever host; it stays nobody's.
extension HostWatch {
    func look(forAbandonedOn host: Host) async {
        guard let fleet = try? await store.fleet(), !fleet.abandoned.isEmpty else { return }
        let machines = try? await hypervisor.machines(on: host)
        let links = try? await hypervisor.links(on: host)
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
                    link.medium == .vxlan(vni: segment.vni) && link.places.contains { $0.host == host.name }
                }
                state = !isOurs && links.bridges.contains { $0.name == segment.name } ? "there" : nil
            }
            await note(one, state, on: host, fleet)
        }
    }

    private func note(_ one: Abandoned, _ state: String?, on host: Host, _ fleet: Fleet) async {
        guard let state else {
            if one.seen?.host == host.name { await record([.abandonedSeen(one.id, nil)], host.name) }
            return
        }
        guard one.seen?.host != host.name else { return }
        await record([.abandonedSeen(one.id, .init(host: host.name, time: now()))], host.name)
        var (name, words): (String?, String) = (
            nil,
            "\(one.words), which was given up on host \(one.host), is \(state) on host "
                + "\(host.name): it is not ours any more; endAbandoned ends it"
        )
        if case .machine(let machine, _) = one.part {
            name = machine.name
            if let address = machine.physicalAddress?.address,
                let other = fleet.machine(at: address)
            {
                words += "; its address \(address) is \(other.name)'s on host \(other.host) by now"
            }
        }
        await note([HostEvent(.abandonedFound, host: host.name, machine: name, words: words, time: now())])
    }
}
