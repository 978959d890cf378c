package import Model

/// The verbs for machines.
package struct Machines: Sendable {
    let with: ControlContext

    package init(_ context: ControlContext) { with = context }

    /// What a caller of ``create(_:waits:)`` gets: the operation, the machine, and what the operation told if it was waited
    /// for.
    package struct Created: Sendable {
        package var operation: OperationID
        package var machine: Machine
        package var plan: Plan
        package var outcome: OperationOutcome?
    }

    /// What a caller of another changing verb gets.
    package struct Answer: Sendable {
        package var operation: OperationID
        package var outcome: OperationOutcome?
        /// What was given up with a host that does not answer.
        package var abandoned: [Abandoned] = []
        /// Of a machine that is removed.
        package var remains = Remains()
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
            request: request, fleet: await with.looked(fleet, [host.name: survey], images: catalogue.images),
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
            // Looking for what may be swept takes its time; only who needs it waits for it.
            question.sweep = try await located(host, request.name) { () async throws(Refusal) in
                try await with.imageSweep(of: host, pools: survey.pools)
            }
            planned = try question.plan()
        }
        do {
            let answer = try await run(planned.plan, as: operation, waits: waits)
            return Created(
                operation: operation, machine: planned.record, plan: planned.plan, outcome: answer.outcome)
        } catch {
            // A copy that the plan counted on was swept before it began: plan again, with sending it. Or others began
            // meanwhile: look again what they leave.
            let isOld = error.code == .imageNotOnHost && request.transfersDisk || error.code == .notEnoughMemory
            guard isOld, error.operation == nil, attempts > 1 else { throw error }
            return try await create(request, waits: waits, attempts: attempts - 1)
        }
    }

    /// - Parameter leavesNetwork: also a router of a network that was described by vectors; with the last of them the
    ///   network goes.
    /// - Throws: what the host refuses; of one that does not answer, also what is left to do then.
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

    /// `nil` for a machine that is no router of such a network.
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

    /// Forgets a machine on a host that does not answer, and remembers that it may still be there.
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

    /// What the host offers, or why it does not say, told of the machine.
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

    /// One look at the store and the host, one plan, one operation.
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

    /// One of ours is found by its id, whatever its host calls it by now, and by that name as well.
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
