package import Model
internal import Workers

/// The service calls for virtual networks.
package struct Networks: Sendable {
    let with: ControlContext

    package init(_ context: ControlContext) { with = context }

    /// The result of a call that changes a network: the operation, and its outcome if the caller waited for it.
    package struct Answer: Sendable {
        package var operation: OperationID
        package var network: VirtualNetwork
        package var outcome: OperationOutcome?
        /// The result of the network's verification; `nil` if the caller did not wait.
        package var verification: Verification?
        /// Remarks on the network's hosts.
        package var notes: [String] = []
    }

    /// A name for a network whose request names none.
    package func newName() -> String { "net-" + with.newID().prefix(8) }

    /// Creates a network. If a host's kernel refuses a VNI that could not be listed, the operation is undone and
    /// repeated with other VNIs.
    package func create(_ request: NetworkRequest, waits: Bool) async throws(Refusal) -> Answer {
        do throws(Refusal) {
            return try await create(request, waits: waits, tries: 8)
        } catch {
            throw await with.explained(error)
        }
    }

    private func create(_ request: NetworkRequest, waits: Bool, tries: Int) async throws(Refusal) -> Answer {
        do throws(Refusal) {
            return try await createOnce(request, waits: waits)
        } catch {
            guard error.code == .segmentTaken, error.operation != nil, tries > 1 else { throw error }
        }
        return try await create(request, waits: waits, tries: tries - 1)
    }

    private func createOnce(_ request: NetworkRequest, waits: Bool) async throws(Refusal) -> Answer {
        try await with.planningAgain { () async throws(Refusal) in
            let operation = OperationID(with.newID())
            let fleet = try await with.store.fleet()
            let planned = try await creation(of: request, in: fleet, as: operation)
            let outcome = try await run(planned.plan, as: operation, waits: waits)
            return Answer(
                operation: operation, network: planned.network, outcome: outcome,
                verification: try await proven(planned.network, outcome), notes: planned.plan.notes)
        }
    }

    func creation(
        of request: NetworkRequest, in fleet: Fleet, as operation: OperationID
    ) async throws(Refusal) -> PlannedNetwork {
        try await with.planningVNIs(try await question(request, fleet, operation)) { question throws(Refusal) in
            try CreateNetwork(question).plan()
        }
    }

    /// - Parameter others: hosts to contact in addition to those that the request names.
    func question(
        _ request: NetworkRequest, _ fleet: Fleet, _ operation: OperationID, alsoContacting others: [String] = []
    ) async throws(Refusal) -> NetworkPlanInput {
        let surveys = try await surveys(for: request, fleet, alsoContacting: others)
        let catalogue = try await with.catalogue(of: fleet.machines(of: request.name))
        var question = NetworkPlanInput(
            request: request, fleet: await with.withoutMissingCopies(fleet, surveys, images: catalogue.images),
            surveys: surveys, catalogue: catalogue, id: NetworkID(with.newID()),
            machines: request.routers.map { _ in MachineID(with.newID()) }, operation: operation, now: with.now())
        question.vnis = with.vnis
        return question
    }

    /// The last verification of a network, if the caller waited for the operation.
    func proven(
        _ network: VirtualNetwork, _ outcome: OperationOutcome?
    ) async throws(Refusal) -> Verification? {
        outcome == nil ? nil : try await with.store.fleet().verifications[network.name]
    }

    /// The result of ``destroy(_:abandons:waits:)``.
    package struct Destroyed: Sendable {
        package var operation: OperationID
        /// Machines and links that were abandoned on hosts that do not answer.
        package var abandoned: [Abandoned]
        /// The data of the network's routers that stays on hosts or is lost, as far as the hosts report it.
        package var remains: RemovalEffects
    }

    /// Destroys a network with its routers and links.
    ///
    /// - Parameter abandons: abandon the parts on hosts that do not answer; the other hosts' parts are removed as
    ///   usual.
    /// - Throws: `networkNotFound`; `hostAnswers` if there is nothing to abandon.
    package func destroy(_ name: String, abandons: Bool = false, waits: Bool) async throws(Refusal) -> Destroyed {
        let fleet = try await with.store.fleet()
        let network = try fleet.network(name)
        let lost = abandons ? try await with.lost(of: network, in: fleet) : []
        let operation = OperationID(with.newID())
        let remains = await remains(of: network, fleet)
        let plan = NetworkPlans(network: network, fleet: fleet).destroy(now: with.now(), abandoning: lost)
        do {
            _ = try await run(plan, as: operation, waits: waits)
        } catch {
            throw error.namingAbandon
        }
        return Destroyed(operation: operation, abandoned: plan.abandoned, remains: remains)
    }

    /// Contacts hosts in parallel; reads a machine only if its host keeps something of it beside the definition.
    private func remains(of network: VirtualNetwork, _ fleet: Fleet) async -> RemovalEffects {
        let machines = fleet.machines(of: network.name)
        let hosts = fleet.hosts.filter { network.hosts.contains($0.name) }
        let parts = await concurrently(over: hosts) { host in
            await remains(of: machines.filter { $0.host == host.name }, on: host)
        }
        var all = RemovalEffects()
        for some in parts {
            all.stays += some.stays
            all.lost += some.lost
        }
        return all
    }

    private func remains(of machines: [Machine], on host: Host) async -> RemovalEffects {
        var all = RemovalEffects()
        guard let machinesWithKeptState = try? await with.hypervisor.machinesWithKeptState(on: host) else { return all }
        for machine in machines where machinesWithKeptState.contains(machine.id) {
            guard let observed = try? await with.hypervisor.machine(machine.id, on: host) else { continue }
            let kept = RemovalEffects(of: machine, observed)
            all.stays += kept.stays
            all.lost += kept.lost.map { "\($0) of \(machine.name)" }
        }
        return all
    }

    func run(
        _ plan: Plan, as operation: OperationID, waits: Bool
    ) async throws(Refusal) -> OperationOutcome? {
        try await with.operations.run(plan, as: operation, waits: waits)
    }

    /// Surveys the hosts that the request names; if a host must be chosen for a router, all hosts that answer.
    private func surveys(
        for request: NetworkRequest, _ fleet: Fleet, alsoContacting others: [String]
    ) async throws(Refusal) -> [String: HostSurvey] {
        var named: [Host] = []
        for text in request.routers.compactMap(\.host) + others {
            let host = try fleet.host(text)
            if !named.contains(host) { named.append(host) }
        }
        let existing = fleet.network(named: request.name)
        let known = Set((existing?.routers ?? []).map(\.name))
        let mayChoose = request.routers.contains { $0.host == nil && !known.contains($0.name) }
        let contacted = mayChoose ? fleet.hosts : named
        var surveys: [String: HostSurvey] = [:]
        var refusals: [String: Refusal] = [:]
        for (host, answer) in await with.answers(of: contacted) {
            switch answer {
            case .success(let survey): surveys[host.name] = survey
            case .failure(let refusal): refusals[host.name] = refusal
            }
        }
        for host in named {
            if let refusal = refusals[host.name] { throw refusal }
        }
        return surveys
    }
}
