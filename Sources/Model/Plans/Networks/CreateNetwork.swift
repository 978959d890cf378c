/// Plans the creation of a whole virtual network: a question to the model, answered by a ``Plan`` or a ``Refusal``.
package struct CreateNetwork {
    package let asked: NetworkQuestion

    package init(_ asked: NetworkQuestion) { self.asked = asked }

    /// - Throws: whatever of the request cannot be: with the router, the link or the host that it concerns.
    package func plan() throws(Refusal) -> Plan {
        try NetworkNames(asked.request, fleet: asked.fleet).check()
        let draft = try NetworkDraft(asked)
        let (network, machines) = (draft.network, draft.machines.map(\.machine))
        let staged = staged(draft)
        var plan = Plan(
            service: "createVirtualNetwork", node: NetworkPlans.first(of: draft.nodes, in: asked.fleet), machine: "",
            steps: staged.steps, recovery: .undo,
            atBegin: [.insertNetwork(network)] + machines.map { .insertMachine($0) }
                + draft.needed(by: draft.machines),
            onFailure: [.removeNetwork(network.name)] + machines.map { .removeMachine($0.id) })
        plan.memory = draft.memoryNeeds
        plan.notes = draft.notes(asked.surveys)
        plan.lanes = staged.lanes
        plan.network = network.name
        plan.proves = network.name
        plan.members = machines.map { MachineOnNode(node: $0.node, machine: $0.name) }
        return plan
    }

    private func staged(_ draft: NetworkDraft) -> StagedSteps {
        var staged = StagedSteps()
        staged.add(
            "segments", NetworkPlans.segments(of: draft.network).mapValues { $0.map(Step.makeSegment) },
            on: draft.nodes, atOnce: NetworkPlans.atOnce)
        let machines = Dictionary(grouping: draft.machines, by: \.machine.node)
        staged.add("routers", machines.mapValues { $0.flatMap(NetworkDraft.creation) }, on: draft.nodes)
        staged.addProofs(
            NetworkProofs(of: draft.network, beside: asked.fleet.networks), boots: true, on: draft.nodes)
        return staged
    }
}
