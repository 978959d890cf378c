package import Model

extension Networks {
    /// What was asked for beside what is observed.
    package struct Status: Sendable {
        package var network: VirtualNetwork
        /// Of each router; absent for one whose host does not have it, or does not answer.
        package var states: [String: ObservedMachine.State]
        /// Routers that are just being made.
        package var making: Set<String> = []
        /// Whether an operation on it is going on.
        var isUnsettled = false
        /// Hosts of it that did not answer.
        package var unreachable: [String]
        /// Links that are not as they were made, as far as hosts that answer tell.
        package var drift: [LinkDrift] = []
        /// What of each link's proof failed, by its name; `nil` where nothing was proven just now.
        package var faults: [String: Refusal]?
        /// Whether every proof was asked for; after a fault the later ones are not, and say nothing of any link.
        package var isProvenWhole = false
        /// What was found when it was proven last; `nil` when nothing is known of it as it is.
        package var last: Verification?
    }

    /// All networks as they were asked for, by name.
    package func list() async throws(Refusal) -> [VirtualNetwork] { try await with.store.fleet().networks }

    /// - Throws: `networkNotFound`.
    package func status(_ name: String) async throws(Refusal) -> Status {
        let fleet = try await with.store.fleet()
        return try await status(of: try fleet.network(name), fleet)
    }

    /// Proves every link again, as when the network was made. What fails is an answer, not an error.
    ///
    /// Two verifications of a network take turns: both ask from the same addresses.
    ///
    /// - Parameter boots: whether its routers may still be starting, and get the time that takes.
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
        // What lies beyond a link that does not hold says nothing new.
        while faults.isEmpty, let stage = stages.popFirst() { faults = await prove(stage, fleet) }
        var status = try await status(of: network, fleet)
        faults = status.explained(faults)
        status.faults = faults
        status.isProvenWhole = stages.isEmpty
        let verification = Verification(time: with.now(), faults: faults, isWhole: stages.isEmpty)
        status.last = verification
        // What was found while somebody changed it is an answer, but nothing to keep.
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

    /// Hosts side by side, each some of its proofs at the same time.
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
