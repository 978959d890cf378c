package import Model

extension Machines {
    /// The result of ``migrate(_:from:to:isLive:within:waitFor:waits:)``.
    package struct Moved: Sendable {
        package var operation: OperationID
        package var machine: String
        package var destination: String
        package var outcome: OperationOutcome?
    }

    /// Moves a running machine, and a router's links with it, and proves the machine on the new host.
    ///
    /// - Throws: before any change, every obstacle on the destination; later, the reason of the failure. The machine
    ///   then runs on its old host, unless the operation is stuck.
    package func migrate(
        _ name: String, from source: String, to destination: String, isLive: Bool,
        within limits: MoveLimits = MoveLimits(),
        waitFor: MachineRequest.WaitFor = .address, waits: Bool
    ) async throws(Refusal) -> Moved {
        try limits.check(isLive: isLive)
        return try await with.planningAgain { () async throws(Refusal) in
            let fleet = try await with.store.fleet()
            let from = try fleet.host(source, subject: .sourceHost)
            let to = try fleet.host(destination, subject: .destinationHost)
            try MigrateMachine.check(from, to)
            let operation = OperationID(with.newID())
            let plans = try await look(name, on: from.name)
            let (machine, observed) = try plans.present()
            let network = try machine.network.map { name throws(Refusal) in try fleet.network(name) }
            let hosts = Set([from.name, to.name] + (network?.hosts ?? []))
            let sharing = with.sharedDisks(of: observed, on: from, with: to)
            let surveys = try await with.surveys(of: fleet.hosts.filter { hosts.contains($0.name) })
            let catalogue = try await with.catalogue()
            var question = MigrateMachine(
                machine: machine, observed: observed, source: from, destination: to, isLive: isLive, waitFor: waitFor,
                fleet: await with.withoutMissingCopies(fleet, surveys, images: catalogue.images), surveys: surveys,
                catalogue: catalogue, operation: operation, now: with.now())
            question.limits = limits
            question.share(try await sharing.value.get())
            let plan = try question.plan().plan
            try await with.checkVNIs(of: plan, in: fleet)
            let outcome = try await with.operations.run(plan, as: operation, waits: waits)
            return Moved(operation: operation, machine: machine.name, destination: to.name, outcome: outcome)
        }
    }
}
