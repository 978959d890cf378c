package import Model
internal import Workers

/// The verbs for virtual networks.
package struct Networks: Sendable {
    let with: ControlContext

    package init(_ context: ControlContext) { with = context }

    /// What a caller of a changing verb gets: the operation, and what it told if it was waited for.
    package struct Answer: Sendable {
        package var operation: OperationID
        package var network: VirtualNetwork
        package var outcome: OperationOutcome?
        /// What was proven of it; `nil` for who did not wait.
        package var verification: Verification?
        /// What is worth knowing of its hosts.
        package var notes: [String] = []
    }

    /// A name for a network whose maker gave none.
    package func newName() -> String { "net-" + with.newID().prefix(8) }

    /// Where a host's kernel finds a VNI taken that nobody could see, all is undone, and tried once more with others.
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

    /// - Parameter others: hosts that are asked beside those that the request names.
    func question(
        _ request: NetworkRequest, _ fleet: Fleet, _ operation: OperationID, alsoAsking others: [String] = []
    ) async throws(Refusal) -> NetworkQuestion {
        let surveys = try await surveys(for: request, fleet, alsoAsking: others)
        let catalogue = try await with.catalogue()
        var question = NetworkQuestion(
            request: request, fleet: await with.looked(fleet, surveys, images: catalogue.images), surveys: surveys,
            catalogue: catalogue, id: NetworkID(with.newID()),
            machines: request.routers.map { _ in MachineID(with.newID()) }, operation: operation, now: with.now())
        question.vnis = with.vnis
        return question
    }

    /// What has been proven of a network whose operation was waited for.
    func proven(
        _ network: VirtualNetwork, _ outcome: OperationOutcome?
    ) async throws(Refusal) -> Verification? {
        outcome == nil ? nil : try await with.store.fleet().verifications[network.name]
    }

    /// What a caller of ``destroy(_:abandons:waits:)`` gets.
    package struct Destroyed: Sendable {
        package var operation: OperationID
        /// What was given up with hosts that do not answer.
        package var abandoned: [Abandoned]
        /// What becomes of what hosts have of its routers, as far as they tell.
        package var remains: Remains
    }

    /// - Parameter abandons: give up what is on hosts that do not answer; the others' parts end as always.
    /// - Throws: `networkNotFound`; `hostAnswers` when nothing is to be given up.
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

    /// Hosts side by side; only what they keep something of is looked at by itself.
    private func remains(of network: VirtualNetwork, _ fleet: Fleet) async -> Remains {
        let machines = fleet.machines(of: network.name)
        let hosts = fleet.hosts.filter { network.hosts.contains($0.name) }
        let parts = await concurrently(over: hosts) { host in
            await remains(of: machines.filter { $0.host == host.name }, on: host)
        }
        var all = Remains()
        for some in parts {
            all.stays += some.stays
            all.lost += some.lost
        }
        return all
    }

    private func remains(of machines: [Machine], on host: Host) async -> Remains {
        var all = Remains()
        guard let keepers = try? await with.hypervisor.keepers(on: host) else { return all }
        for machine in machines where keepers.contains(machine.id) {
            guard let seen = try? await with.hypervisor.machine(machine.id, on: host) else { continue }
            let one = Remains(of: machine, seen)
            all.stays += one.stays
            all.lost += one.lost.map { "\($0) of \(machine.name)" }
        }
        return all
    }

    func run(
        _ plan: Plan, as operation: OperationID, waits: Bool
    ) async throws(Refusal) -> OperationOutcome? {
        try await with.operations.run(plan, as: operation, waits: waits)
    }

    /// What the hosts tell that the request names; with a router for which a host is to be chosen, all that answer.
    private func surveys(
        for request: NetworkRequest, _ fleet: Fleet, alsoAsking others: [String]
    ) async throws(Refusal) -> [String: HostSurvey] {
        var named: [Host] = []
        for text in request.routers.compactMap(\.host) + others {
            let host = try fleet.host(text)
            if !named.contains(host) { named.append(host) }
        }
        let kept = fleet.network(named: request.name)
        let known = Set((kept?.routers ?? []).map(\.name))
        let mayChoose = request.routers.contains { $0.host == nil && !known.contains($0.name) }
        let asked = mayChoose ? fleet.hosts : named
        var surveys: [String: HostSurvey] = [:]
        var refusals: [String: Refusal] = [:]
        for (host, answer) in await with.answers(of: asked) {
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
