internal import Model

/// Reports abandoned machines and links when they are observed again, on whichever host; they stay abandoned.
extension HostWatch {
    func reportAbandoned(on host: Host) async {
        guard let fleet = try? await store.fleet(), !fleet.abandoned.isEmpty else { return }
        let machines = try? await hypervisor.machines(on: host)
        let links = try? await hypervisor.links(on: host)
        for item in fleet.abandoned {
            let state: String?
            switch item.part {
            case .machine(let machine, _):
                guard let machines else { continue }
                state = machines.first { $0.id == machine.id }?.state.rawValue
            case .link(let segment):
                guard let links else { continue }
                // A segment that a network of ours uses there by now belongs to that network.
                let isOurs = fleet.networks.flatMap(\.links).contains { link in
                    link.medium == .vxlan(vni: segment.vni) && link.places.contains { $0.host == host.name }
                }
                state = !isOurs && links.bridges.contains { $0.name == segment.name } ? "there" : nil
            }
            await note(item, state, on: host, fleet)
        }
    }

    private func note(_ item: Abandoned, _ state: String?, on host: Host, _ fleet: Fleet) async {
        guard let state else {
            if item.seen?.host == host.name { await record([.abandonedSeen(item.id, nil)], host.name) }
            return
        }
        guard item.seen?.host != host.name else { return }
        await record([.abandonedSeen(item.id, .init(host: host.name, time: now()))], host.name)
        var (name, words): (String?, String) = (
            nil,
            "\(item.words), which was abandoned on host \(item.host), is \(state) on host "
                + "\(host.name): it is not ours any more; endAbandoned removes it"
        )
        if case .machine(let machine, _) = item.part {
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
