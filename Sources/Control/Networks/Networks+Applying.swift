package import Model
internal import Workers

extension Networks {
    /// What a caller of ``apply(_:plan:waits:)`` gets.
    package struct Applied: Sendable {
        package var network: VirtualNetwork
        package var changes: [NetworkChange]
        package var isNew: Bool
        /// `nil` when there was nothing to do.
        package var operation: OperationID?
        package var outcome: OperationOutcome?
        /// What was given up with hosts that do not answer.
        package var abandoned: [Abandoned] = []
        /// What was proven of it; `nil` for who did not wait, and while nothing is known of it as it is.
        package var verification: Verification?
        /// What is worth knowing of its hosts.
        package var notes: [String] = []
    }

    /// What ``apply(_:plan:waits:)`` would do now. Nothing is changed, and nothing is kept for it.
    ///
    /// - Throws: what `apply` throws before it does anything.
    package func plan(_ request: NetworkRequest, abandons: Bool = false) async throws(Refusal) -> PlannedNetwork {
        try await plan(request, abandons, as: OperationID(with.newID()))
    }

    /// Makes a network as it is asked for: from nothing, or by what differs from what there is. Where nothing differs
    /// nothing is done.
    ///
    /// - Parameter plan: the token of a plan that was looked at; `nil` applies whatever is to be done now.
    /// - Parameter abandons: give up what of it is on hosts that do not answer; nothing of it may be asked for any more.
    /// - Throws: `hostAnswers` when nothing is to be given up; `networkChanged` when what is to be done now is not that plan any more.
    package func apply(
        _ request: NetworkRequest, plan token: String?, abandons: Bool = false, waits: Bool
    ) async throws(Refusal) -> Applied {
        try await with.planningAgain { () async throws(Refusal) in
            let operation = OperationID(with.newID())
            let planned = try await plan(request, abandons, as: operation)
            if let token, token != planned.token {
                throw Refusal(
                    .networkChanged, .plan,
                    "\(.plan) is '\(token.shown)': what is to be done now is another plan, \(planned.token): the "
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

    private func plan(
        _ request: NetworkRequest, _ abandons: Bool, as operation: OperationID
    ) async throws(Refusal) -> PlannedNetwork {
        let fleet = try await with.store.fleet()
        // Where something is to be given up, it is there.
        let known = abandons ? try fleet.network(request.name) : fleet.network(named: request.name)
        guard let network = known else {
            return try await creation(of: request, in: fleet, as: operation)
        }
        if let other = try await with.unfinishedWork().operation(onNetwork: network.name) {
            throw Refusal(
                .machineBusy, .networkName,
                "virtual network '\(network.name)' is just being changed: \(other.service) is \(other.state.rawValue) "
                    + "(operation \(other.id.text)); wait for its end", value: network.name,
                operation: other.id.text)
        }
        let lost = abandons ? try await with.lost(of: network, in: fleet) : []
        try ChangeNetwork.check(request, of: network, in: fleet, abandoning: lost)
        do {
            let question = try await question(
                request, fleet, operation, alsoAsking: network.hosts.filter { !lost.contains($0) })
            let seen = try await seen(of: network, fleet, without: lost)
            return try await with.planningVNIs(question) { question throws(Refusal) in
                try ChangeNetwork(question, of: network, seen: seen, abandoning: lost).plan()
            }
        } catch {
            throw error.namingAbandon
        }
    }

    /// Hosts side by side. One that does not answer is a refusal: what it has is not known.
    private func seen(
        of network: VirtualNetwork, _ fleet: Fleet, without lost: Set<String>
    ) async throws(Refusal) -> NetworkSeen {
        let hosts = fleet.hosts.filter { network.hosts.contains($0.name) && !lost.contains($0.name) }
        let routers = Dictionary(grouping: network.routers, by: \.host)
        async let links = look(at: hosts).links
        let found = await outcomes(over: hosts) { (host) async throws(Refusal) in
            try await machines(routers[host.name] ?? [], on: host)
        }
        var seen = NetworkSeen(links: await links, machines: [:])
        for machines in found {
            for machine in try machines.get() { seen.machines[machine.id] = machine }
        }
        return seen
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
