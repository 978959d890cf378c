package import Model

extension Networks {
    /// The desired state of a network beside its observed state.
    package struct Status: Sendable {
        package var network: VirtualNetwork
        /// The observed state of each router; absent for a router that its host does not have, or whose host does not
        /// answer.
        package var states: [String: ObservedMachine.State]
        /// Routers that a running operation is creating.
        package var making: Set<String> = []
        /// Whether an operation on the network is running.
        var isUnsettled = false
        /// Hosts of the network that did not answer.
        package var unreachable: [String]
        /// Links that differ from their records, as far as the hosts that answer report.
        package var drift: [LinkDrift] = []
        /// The failed proof of each link, by its name; `nil` if this call proved nothing.
        package var faults: [String: Refusal]?
        /// Whether every proof was run; after a fault the later proofs are skipped, and nothing is known of their
        /// links.
        package var isFullyProven = false
        /// The result of the last verification; `nil` if nothing is known of the network in its present form.
        package var last: Verification?
    }

    /// The records of the networks that the caller may see, by name.
    package func list() async throws(Refusal) -> [VirtualNetwork] {
        try await with.store.fleet().networks(visibleTo: with.rights)
    }

    /// - Throws: `networkNotFound`.
    package func status(_ name: String) async throws(Refusal) -> Status {
        let fleet = try await with.store.fleet()
        return try await status(of: try fleet.network(name), fleet)
    }

    /// Proves every link again, as when the network was created. A failed proof is a result, not an error.
    ///
    /// Two verifications of a network take turns, since both send from the same addresses.
    ///
    /// - Parameter boots: whether the routers may still be booting, and get the time for it.
    /// - Throws: `networkNotFound`.
    package func verify(_ name: String, boots: Bool = false) async throws(Refusal) -> Status {
        let network = try await with.store.fleet().network(name)
        return try await with.verifications.inTurn(network.id) { () async throws(Refusal) in
            try await prove(name, boots: boots)
        }
    }

    private func prove(_ name: String, boots: Bool) async throws(Refusal) -> Status {
        let fleet = try await with.store.fleet()
        let network = try fleet.network(name)
        var faults: [String: Refusal] = [:]
        var stages = NetworkPlans(network: network, fleet: fleet).proofs(boots: boots)[...]
        // After a link has failed, the proofs of links beyond it add no information.
        while faults.isEmpty, let stage = stages.popFirst() { faults = await prove(stage, fleet) }
        var status = try await status(of: network, fleet)
        faults = status.explained(faults)
        status.faults = faults
        status.isFullyProven = stages.isEmpty
        let verification = Verification(time: with.now(), faults: faults, isWhole: stages.isEmpty)
        status.last = verification
        // A result obtained while an operation changed the network is returned, but not recorded.
        if try await !unsettled().contains(name) {
            try await with.store.apply([.verified(network: name, verification, was: network)])
        }
        return status
    }

    private func status(of network: VirtualNetwork, _ fleet: Fleet) async throws(Refusal) -> Status {
        let unsettled = try await unsettled()
        let look = await look(at: fleet.hosts.filter { network.hosts.contains($0.name) })
        var status = status(of: network, look, unsettled: unsettled)
        status.last = fleet.verifications[network.name]
        return status
    }

    /// Runs the proofs of one stage, the hosts in parallel, and several proofs of each host concurrently.
    private func prove(_ stage: [(host: String, step: Step)], _ fleet: Fleet) async -> [String: Refusal] {
        let tasks = fleet.hosts.flatMap { host -> [Task<[(String, Refusal)], Never>] in
            let steps = stage.filter { $0.host == host.name }.map(\.step)
            return (0..<min(Plan.atOnce, steps.count)).map { first in
                let some = stride(from: first, to: steps.count, by: Plan.atOnce).map { steps[$0] }
                return Task { await prove(some, on: host) }
            }
        }
        var faults: [String: Refusal] = [:]
        for task in tasks {
            for (link, refusal) in await task.value { faults[link] = faults[link] ?? refusal }
        }
        return faults
    }

    private func prove(_ steps: [Step], on host: Host) async -> [(String, Refusal)] {
        var faults: [(String, Refusal)] = []
        for step in steps {
            let link: String
            switch step {
            case .proveLink(let proof): link = proof.link
            case .proveReach(let proof): link = proof.link
            default: continue
            }
            do throws(Refusal) {
                _ = try await with.hypervisor.perform(
                    step, of: OperationID(with.newID()), on: host, progress: StepProgress())
            } catch {
                faults.append((link, error.at(host: host.name)))
            }
        }
        return faults
    }
}
