package import FoundationEssentials

extension NetworkPlans {
    /// Plans the removal of one router of a network, without a proof of the others; the removal of the last one
    /// removes the network.
    ///
    /// Refused as `networkChanged` if the network has changed since it was planned.
    package func removal(of machine: Machine, now: Date) -> Plan {
        let remaining = network.without(machine.name)
        let service = "destroyVirtualMachine"
        guard !remaining.routers.isEmpty else { return destroy(by: service, now: now) }
        var staged = StagedSteps()
        staged.add("router", [machine.host: MachinePlans.removal(of: machine)], on: fleet.hosts)
        let removals = Self.leaving(from: network, to: remaining).mapValues { $0.map(Step.removeSegment) }
        staged.add(
            "segments", Self.changes(from: network, to: remaining).merging(removals) { $0 + $1 }, on: fleet.hosts)
        let members = fleet.machines(of: network.name).map(MachineOnHost.init)
        return Plan(
            service: service, subject: .network(name: network.name, members: members), staged,
            recovery: .resume, atBegin: [.replaceNetwork(network, was: network)],
            onSuccess: MachinePlans.records(ofEnd: machine, at: now) + [.replaceNetwork(remaining, was: nil)])
    }
}

extension VirtualNetwork {
    /// The network without a router, and without the parts that only this router needs.
    fileprivate func without(_ router: String) -> VirtualNetwork {
        var remaining = self
        remaining.routers.removeAll { $0.name == router }
        for index in remaining.links.indices {
            remaining.links[index].ends.removeAll { $0.router == router }
            let hosts = Set(remaining.links[index].ends.map(\.host))
            remaining.links[index].places.removeAll { !hosts.contains($0.host) }
        }
        remaining.links.removeAll { $0.ends.isEmpty }
        return remaining
    }
}
