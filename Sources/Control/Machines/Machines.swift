package import Model

/// The service calls for machines.
package struct Machines: Sendable {
    let with: ControlContext

    package init(_ context: ControlContext) { with = context }

    /// The result of ``create(_:waits:)``: the operation, the machine, and the operation's outcome if the caller waited
    /// for it.
    package struct Created: Sendable {
        package var operation: OperationID
        package var machine: Machine
        package var plan: Plan
        package var outcome: OperationOutcome?
    }

    /// The result of the other calls that change a machine.
    package struct Answer: Sendable {
        package var operation: OperationID
        package var outcome: OperationOutcome?
        /// Machines and links that were abandoned on hosts that do not answer.
        package var abandoned: [Abandoned] = []
        /// For a removed machine: the data that stays on the host, and the data that is lost.
        package var remains = RemovalEffects()
    }

    package func create(_ request: MachineRequest, waits: Bool) async throws(Refusal) -> Created {
        do {
            // An image has up to three files, and each may be swept between planning with it and the begin.
            return try await create(request, waits: waits, attempts: 4)
        } catch {
            throw await with.explained(error)
        }
    }

    private func create(
        _ request: MachineRequest, waits: Bool, attempts: Int
    ) async throws(Refusal) -> Created {
        let fleet = try await with.store.fleet()
        let host = try fleet.host(request.host)
        try CreateMachine.checkMaintenance(of: host)
        let operation = OperationID(with.newID())
        let path = try CreateMachine.diskPath(of: request)
        let survey = try await located(host, request.name) { () async throws(Refusal) in
            try await with.survey(of: host, in: fleet)
        }
        let catalogue = try await with.catalogue()
        var question = CreateMachine(
            request: request,
            fleet: await with.withoutMissingCopies(fleet, [host.name: survey], images: catalogue.images),
            survey: survey, catalogue: catalogue,
            id: MachineID(with.newID()), operation: operation, now: with.now())
        if let path {
            question.disk = try await located(host, request.name) { () async throws(Refusal) in
                try await with.hypervisor.disk(at: path, on: host)
            }
        }
        let planned: Planned<Machine>
        do {
            planned = try question.plan()
        } catch {
            guard error.code == .storageFull else { throw error }
            // The search for copies that may be swept is slow; only a request that needs the room waits for it.
            question.prunePlan = try await located(host, request.name) { () async throws(Refusal) in
                try await with.prunePlan(of: host, pools: survey.pools)
            }
            planned = try question.plan()
        }
        do {
            let answer = try await run(planned.plan, as: operation, waits: waits)
            return Created(
                operation: operation, machine: planned.record, plan: planned.plan, outcome: answer.outcome)
        } catch {
            // A copy that the plan needs was swept before the plan began: plan again, including the transfer. Or other
            // operations began meanwhile: check again how much memory they leave.
            let isOld = error.code == .imageNotOnHost && request.transfersDisk || error.code == .notEnoughMemory
            guard isOld, error.operation == nil, attempts > 1 else { throw error }
            return try await create(request, waits: waits, attempts: attempts - 1)
        }
    }

    /// Destroys a machine.
    ///
    /// - Parameter leavesNetwork: also destroy a router of a network that was described by vectors; the network is
    ///   destroyed with its last router.
    /// - Throws: the refusal of the host; for a host that does not answer, the message also names the remedy (abandon).
    package func destroy(
        _ name: String, on host: String, leavesNetwork: Bool = false, waits: Bool
    ) async throws(Refusal) -> Answer {
        let now = with.now()
        do {
            if leavesNetwork, let plan = try await leaving(name, on: host) { return try await run(plan, waits: waits) }
            let look = try await look(name, on: host)
            var answer = try await run(try look.destroy(now: now), waits: waits)
            answer.remains = look.remains
            return answer
        } catch {
            throw error.namingAbandon
        }
    }

    /// The plan that removes a router from its network; `nil` if the machine is no router of a network by vectors.
    private func leaving(_ name: String, on host: String) async throws(Refusal) -> Plan? {
        let fleet = try await with.store.fleet()
        guard let machine = fleet.machine(name, on: try fleet.host(host)),
            let network = machine.network.flatMap(fleet.network(named:)), network.isByVectors
        else { return nil }
        return NetworkPlans(network: network, fleet: fleet).removal(of: machine, now: with.now())
    }

    private func run(_ plan: Plan, waits: Bool) async throws(Refusal) -> Answer {
        try await run(plan, as: OperationID(with.newID()), waits: waits)
    }

    /// Forgets a machine on a host that does not answer, and records that the machine may still exist there.
    ///
    /// - Throws: `machineNotFound`, `machineInNetwork`; `hostAnswers`.
    package func abandon(_ name: String, on host: String, waits: Bool) async throws(Refusal) -> Answer {
        let fleet = try await with.store.fleet()
        let host = try fleet.host(host)
        let plans = MachinePlans(host: host, machine: fleet.machine(name, on: host), observed: nil, name: name)
        let (plan, abandoned) = try plans.abandon(in: fleet, now: with.now())
        try await with.checkLost(host, subject: .host)
        var answer = try await run(plan, waits: waits)
        answer.abandoned = abandoned
        return answer
    }

    package func shutdown(
        _ name: String, on host: String, seconds: Int, waits: Bool
    ) async throws(Refusal) -> Answer {
        try await change(name, on: host, waits: waits) { plans, _ throws(Refusal) in
            try plans.shutdown(seconds: seconds)
        }
    }

    package func adopt(_ name: String, on host: String) async throws(Refusal) -> Answer {
        let (now, abandoned) = (with.now(), try await with.store.fleet().abandoned)
        return try await change(name, on: host, waits: true) { plans, operation throws(Refusal) in
            try plans.adopt(operation: operation, now: now, abandoned: abandoned)
        }
    }

    package func start(
        _ name: String, on host: String, waitFor: MachineRequest.WaitFor, dropsSaved: Bool = false, waits: Bool
    ) async throws(Refusal) -> Answer {
        let survey = try await survey(host, for: name)
        let now = with.now()
        return try await change(name, on: host, waits: waits) { plans, _ throws(Refusal) in
            try plans.start(waitFor: waitFor, dropsSaved: dropsSaved, survey: survey, now: now)
        }
    }

    package func pause(_ name: String, on host: String, waits: Bool) async throws(Refusal) -> Answer {
        try await change(name, on: host, waits: waits) { plans, _ throws(Refusal) in try plans.pause() }
    }

    package func resume(
        _ name: String, on host: String, waitFor: MachineRequest.WaitFor, waits: Bool
    ) async throws(Refusal) -> Answer {
        let survey = try await survey(host, for: name)
        return try await change(name, on: host, waits: waits) { plans, _ throws(Refusal) in
            try plans.resume(waitFor: waitFor, survey: survey)
        }
    }

    /// The survey of a host; an error names the machine for which the host was contacted.
    private func survey(_ host: String, for name: String) async throws(Refusal) -> HostSurvey {
        let host = try await with.store.fleet().host(host)
        return try await located(host, name) { () async throws(Refusal) in try await with.hypervisor.survey(host) }
    }

    package func setScheduler(
        _ name: String, on host: String, weight: Int64?, cap: Int64?, waits: Bool
    ) async throws(Refusal) -> Answer {
        let before = try await scheduler(of: name, on: host)
        return try await change(name, on: host, waits: waits) { plans, _ throws(Refusal) in
            try plans.setScheduler(weight: weight, cap: cap, reading: before.reading)
        }
    }

    /// Reads the store and the host once, then begins one operation with the plan that `decide` returns.
    private func change(
        _ name: String, on host: String, waits: Bool,
        _ decide: (MachinePlans, OperationID) throws(Refusal) -> Plan
    ) async throws(Refusal) -> Answer {
        let operation = OperationID(with.newID())
        let plan = try decide(try await look(name, on: host), operation)
        return try await run(plan, as: operation, waits: waits)
    }

    private func run(_ plan: Plan, as operation: OperationID, waits: Bool) async throws(Refusal) -> Answer {
        do {
            let outcome = try await with.operations.run(plan, as: operation, waits: waits)
            return Answer(operation: operation, outcome: outcome)
        } catch {
            throw error.at(plan.subject)
        }
    }

    /// Looks a machine up. A machine of ours is found by its id, even if it was renamed on its host, and also by its
    /// present name there.
    func look(_ name: String, on host: String) async throws(Refusal) -> MachinePlans {
        let fleet = try await with.store.fleet()
        let host = try fleet.host(host)
        let record = fleet.machine(name, on: host)
        let observed = try await located(host, name) { () async throws(Refusal) -> ObservedMachine? in
            if let record, let own = try await with.hypervisor.machine(record.id, on: host) { return own }
            return try await with.hypervisor.machine(named: name, on: host)
        }
        let machine = record ?? observed.flatMap { fleet.machine($0.id) }.flatMap { $0.host == host.name ? $0 : nil }
        return MachinePlans(host: host, machine: machine, observed: observed, name: name)
    }

    func located<Result>(
        _ host: Host, _ name: String, _ body: () async throws(Refusal) -> Result
    ) async throws(Refusal) -> Result {
        do {
            return try await body()
        } catch {
            throw error.at(host: host.name, machine: name.shown)
        }
    }
}
