package import Model

extension Networks {
    /// What a caller of ``apply(_:plan:waits:)`` gets.
    package struct Applied: Sendable {
        package var network: VirtualNetwork
        package var changes: [NetworkChange]
        package var isNew: Bool
        /// `nil` when there was nothing to do.
        package var operation: OperationID?
        package var outcome: OperationOutcome?
        /// What was proven of it; `nil` for who did not wait, and while nothing is known of it as it is.
        package var verification: Verification?
    }

    /// What ``apply(_:plan:waits:)`` would do now. Nothing is changed, and nothing is kept for it.
    ///
    /// - Throws: what `apply` throws before it does anything.
    package func plan(_ request: NetworkRequest) async throws(Refusal) -> PlannedNetwork {
        try await plan(request, as: OperationID(with.newID()))
    }

    /// Makes a network as it is asked for: from nothing, or by what differs from what there is. Where nothing differs
    /// nothing is done.
    ///
    /// - Parameter plan: the token of a plan that was looked at; `nil` applies whatever is to be done now.
    /// - Throws: `networkChanged` when what is to be done now is not that plan any more.
    package func apply(
        _ request: NetworkRequest, plan token: String?, waits: Bool
    ) async throws(Refusal) -> Applied {
        try await with.planningAgain { () async throws(Refusal) in
            let operation = OperationID(with.newID())
            let planned = try await plan(request, as: operation)
            if let token, token != planned.token {
                throw Refusal(
                    .networkChanged,
                    "plan is '\(token.shown)': what is to be done now is another plan, \(planned.token): the network, its hosts "
                        + "or the request changed since; plan again", field: "plan", value: token.shown)
            }
            var applied = Applied(network: planned.network, changes: planned.changes, isNew: planned.isNew)
            guard !planned.isSettled else {
                applied.verification = try await with.store.fleet().verifications[planned.network.name]
                return applied
            }
            applied.operation = operation
            applied.outcome = try await run(planned.plan, as: operation, waits: waits)
            applied.verification = try await proven(planned.network, applied.outcome)
            return applied
        }
    }

    private func plan(_ request: NetworkRequest, as operation: OperationID) async throws(Refusal) -> PlannedNetwork {
        let fleet = try await with.store.fleet()
        guard let network = fleet.networks.first(where: { $0.name == request.name }) else {
            return try await creation(of: request, in: fleet, as: operation)
        }
        guard try await !unsettled().contains(network.name) else {
            throw Refusal(
                .machineBusy, "virtual network '\(network.name)' is just being changed; wait for that operation's end",
                field: "networkName", value: network.name)
        }
        let question = try await question(request, fleet, operation, alsoAsking: network.nodes)
        return try ChangeNetwork(question, of: network, seen: try await seen(of: network, fleet)).plan()
    }

    /// Hosts side by side. One that does not answer is a refusal: what it has is not known.
    private func seen(of network: VirtualNetwork, _ fleet: Fleet) async throws(Refusal) -> NetworkSeen {
        let nodes = fleet.nodes.filter { network.nodes.contains($0.name) }
        let routers = Dictionary(grouping: network.routers, by: \.node)
        let tasks = nodes.map { node in Task { await machines(routers[node.name] ?? [], on: node) } }
        var seen = NetworkSeen(links: await look(at: nodes).links, machines: [:])
        for task in tasks {
            for machine in try await task.value.get() { seen.machines[machine.id] = machine }
        }
        return seen
    }

    private func machines(
        _ routers: [VirtualNetwork.Router], on node: Node
    ) async -> Result<[ObservedMachine], Refusal> {
        var found: [ObservedMachine] = []
        do throws(Refusal) {
            for router in routers {
                let machine = try await with.hypervisor.machine(named: router.name, on: node)
                if let machine, machine.id == router.machine { found.append(machine) }
            }
            return .success(found)
        } catch {
            return .failure(error.at(node: node.name))
        }
    }
}
