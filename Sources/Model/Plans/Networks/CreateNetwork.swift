/// Plans the creation of a whole virtual network: the input of a planner that returns a ``Plan`` or a
/// ``Refusal``.
package struct CreateNetwork {
    package let input: NetworkPlanInput

    package init(_ input: NetworkPlanInput) { self.input = input }

    /// - Throws: the first part of the request that is not possible, with the router, the link or the host that
    ///   it concerns.
    package func plan() throws(Refusal) -> PlannedNetwork {
        try NetworkNames(input.request, fleet: input.fleet).check()
        let draft = try NetworkDraft(input)
        let (network, machines) = (draft.network, draft.machines.map(\.machine))
        let plan = Plan(
            service: "createVirtualNetwork",
            subject: .network(name: network.name, members: machines.map(MachineOnHost.init)), staged(draft),
            recovery: .undo, provesNetwork: true,
            atBegin: [.insertNetwork(network)] + machines.map { .insertMachine($0) }
                + draft.needed(by: draft.machines),
            onFailure: [.removeNetwork(network.name)] + machines.map { .removeMachine($0.id) },
            memory: draft.memoryNeeds, notes: draft.notes(input.surveys))
        return PlannedNetwork(Planned(record: network, plan: plan), was: nil, machines: machines)
    }

    private func staged(_ draft: NetworkDraft) -> StagedSteps {
        var staged = StagedSteps()
        staged.add(
            "segments", NetworkPlans.segments(of: draft.network).mapValues { $0.map(Step.makeSegment) },
            on: draft.hosts, atOnce: Plan.atOnce)
        let machines = Dictionary(grouping: draft.machines, by: \.machine.host)
        staged.add("routers", machines.mapValues { $0.flatMap(NetworkDraft.creation) }, on: draft.hosts)
        staged.addProofs(
            NetworkProofs(of: draft.network, beside: input.fleet.networks), boots: true, on: draft.hosts)
        return staged
    }
}
