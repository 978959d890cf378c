package import Model
internal import Workers

extension Networks {
    /// The result of ``apply(_:plan:abandons:waits:)``.
    package struct Applied: Sendable {
        package var network: VirtualNetwork
        package var changes: [NetworkChange]
        package var isNew: Bool
        /// `nil` when there was nothing to do.
        package var operation: OperationID?
        package var outcome: OperationOutcome?
        /// Machines and links that were abandoned on hosts that do not answer.
        package var abandoned: [Abandoned] = []
        /// The result of the network's last verification; `nil` if the caller did not wait, or if nothing is known of
        /// the network in its present form.
        package var verification: Verification?
        /// Remarks on the network's hosts.
        package var notes: [String] = []
    }

    /// The plan that ``apply(_:plan:abandons:waits:)`` would carry out now. Changes nothing and reserves nothing.
    ///
    /// - Throws: the errors that `apply` throws before it changes anything.
    package func plan(_ request: NetworkRequest, abandons: Bool = false) async throws(Refusal) -> PlannedNetwork {
        try await plan(request, abandons, as: OperationID(with.newID()))
    }

    /// Creates a network, or changes an existing one by its differences from the request. Does nothing if there are no
    /// differences.
    ///
    /// - Parameters:
    ///   - token: the token of a plan that the caller has reviewed; `nil` applies the present plan, whatever it is.
    ///   - abandons: abandon the network's parts on hosts that do not answer; the request must not place anything
    ///     there.
    /// - Throws: `hostAnswers` if there is nothing to abandon; `networkChanged` if the present plan is not the reviewed
    ///   one.
    package func apply(
        _ request: NetworkRequest, plan token: String?, abandons: Bool = false, waits: Bool
    ) async throws(Refusal) -> Applied {
        try await with.planningAgain { () async throws(Refusal) in
            let operation = OperationID(with.newID())
            let planned = try await plan(request, abandons, as: operation)
            if let token, token != planned.token {
                throw Refusal(
                    .networkChanged, .plan,
                    "\(.plan) is '\(token.shown)': the present plan is another one, \(planned.token): the "
                        + "network, its hosts or the request changed since; plan again", value: token.shown)
            }
            var applied = Applied(network: planned.network, changes: planned.changes, isNew: planned.isNew)
            applied.notes = planned.plan.notes
            guard !planned.isSettled else {
                applied.verification = try await with.store.fleet().verifications[planned.network.name]
                return applied
            }
            applied.operation = operation
            applied.abandoned = planned.plan.abandoned
            applied.outcome = try await run(planned.plan, as: operation, waits: waits)
            applied.verification = try await proven(planned.network, applied.outcome)
            return applied
        }
    }

    /// - Throws: `machineBusy` while an operation changes the network.
    func checkRests(_ network: VirtualNetwork) async throws(Refusal) {
        guard let other = try await with.unfinishedWork().operation(onNetwork: network.name) else { return }
        throw Refusal(
            .machineBusy, .networkName,
            "virtual network '\(network.name)' is being changed: \(other.service) is \(other.state.rawValue) "
                + "(operation \(other.id.text)); wait for its end", value: network.name, operation: other.id.text)
    }

    private func plan(
        _ request: NetworkRequest, _ abandons: Bool, as operation: OperationID
    ) async throws(Refusal) -> PlannedNetwork {
        let fleet = try await with.store.fleet()
        // Parts can be abandoned only of a network that exists.
        let known = abandons ? try fleet.network(request.name) : fleet.network(named: request.name)
        guard let network = known else {
            return try await creation(of: request, in: fleet, as: operation)
        }
        try await checkRests(network)
        let lost = abandons ? try await with.lost(of: network, in: fleet) : []
        try ChangeNetwork.check(request, of: network, in: fleet, abandoning: lost)
        do {
            let question = try await question(
                request, fleet, operation, alsoContacting: network.hosts.filter { !lost.contains($0) })
            let observed = try await observed(of: network, fleet, without: lost)
            return try await with.planningVNIs(question) { question throws(Refusal) in
                try ChangeNetwork(question, of: network, seen: observed, abandoning: lost).plan()
            }
        } catch {
            throw error.namingAbandon
        }
    }

    /// Observes a network on its hosts in parallel. A host that does not answer is an error, since its part is unknown.
    private func observed(
        of network: VirtualNetwork, _ fleet: Fleet, without lost: Set<String>
    ) async throws(Refusal) -> ObservedNetwork {
        let hosts = fleet.hosts.filter { network.hosts.contains($0.name) && !lost.contains($0.name) }
        let routers = Dictionary(grouping: network.routers, by: \.host)
        async let links = look(at: hosts).links
        let found = await outcomes(over: hosts) { (host) async throws(Refusal) in
            try await machines(routers[host.name] ?? [], on: host)
        }
        var observed = ObservedNetwork(links: await links, machines: [:])
        for machines in found {
            for machine in try machines.get() { observed.machines[machine.id] = machine }
        }
        return observed
    }

    private func machines(
        _ routers: [VirtualNetwork.Router], on host: Host
    ) async throws(Refusal) -> [ObservedMachine] {
        var found: [ObservedMachine] = []
        for router in routers {
            do throws(Refusal) {
                if let machine = try await with.hypervisor.machine(router.machine, on: host) { found.append(machine) }
            } catch {
                throw error.at(host: host.name, machine: router.name)
            }
        }
        return found
    }
}
