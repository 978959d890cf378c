package import Model

extension Networks {
    /// The result of ``migrate(_:to:others:isLive:within:isDry:waits:)``.
    package struct Migrated: Sendable {
        /// `nil` if there was nothing to do, or in a dry run.
        package var operation: OperationID?
        package var network: VirtualNetwork
        /// The routers that move, in the order of their moves.
        package var ways: [Way]
        package var outcome: OperationOutcome?
    }

    package struct Way: Sendable, Equatable {
        package var router: String
        package var source: String
        package var destination: String
    }

    /// Moves routers of a network to other hosts, one after the other; a router that is already on its destination
    /// stays. Either all are moved or none: if one cannot be moved or proven, the routers moved before it are moved
    /// back.
    ///
    /// - Parameters:
    ///   - hosts: destinations by router.
    ///   - other: the destination of routers that `hosts` does not name; `nil` leaves them where they are.
    ///   - isDry: only report which routers would be moved, and in which order.
    /// - Throws: before any change, every obstacle for one of them; later, the reason of the failure.
    package func migrate(
        _ name: String, to hosts: [String: String], others other: String?, isLive: Bool, within limits: MoveLimits,
        isDry: Bool, waits: Bool
    ) async throws(Refusal) -> Migrated {
        try limits.check(isLive: isLive)
        return try await with.planningAgain { () async throws(Refusal) in
            let fleet = try await with.store.fleet()
            let network = try fleet.network(name)
            let wanted = try destinations(hosts, other, of: network, in: fleet)
            try MigrateNetwork.check(wanted.count, of: network)
            let operation = OperationID(with.newID())
            let question = MigrateNetwork(
                network, moves: try await moves(wanted, of: network, in: fleet, as: operation, isLive, limits))
            let ordered = try question.inOrder()
            let ways = ordered.map {
                Way(router: $0.machine.name, source: $0.source.name, destination: $0.destination.name)
            }
            var migrated = Migrated(network: network, ways: ways)
            guard !ordered.isEmpty else { return migrated }
            let plan = try question.plan(ordered)
            try await with.checkVNIs(of: plan, in: fleet)
            guard !isDry else { return migrated }
            migrated.operation = operation
            migrated.outcome = try await run(plan, as: operation, waits: waits)
            return migrated
        }
    }

    /// The destination of each router that is not already there.
    private func destinations(
        _ hosts: [String: String], _ other: String?, of network: VirtualNetwork, in fleet: Fleet
    ) throws(Refusal) -> [String: Host] {
        guard !hosts.isEmpty || other != nil else {
            throw Refusal(
                .invalidValue, .router,
                "no destination given: name routers with their hosts, or one host for all of them")
        }
        var wanted: [String: Host] = [:]
        for (router, host) in hosts { wanted[router] = try fleet.host(host) }
        try MigrateNetwork.check(wanted, of: network)
        if let other {
            let host = try fleet.host(other)
            for router in network.routers where wanted[router.name] == nil { wanted[router.name] = host }
        }
        let places = Dictionary(
            network.routers.map { ($0.name, $0.host) }, uniquingKeysWith: { first, _ in first })
        return wanted.filter { router, host in places[router] != host.name }
    }

    private func moves(
        _ wanted: [String: Host], of network: VirtualNetwork, in fleet: Fleet, as operation: OperationID,
        _ isLive: Bool,
        _ limits: MoveLimits
    ) async throws(Refusal) -> [MigrateMachine] {
        guard !wanted.isEmpty else { return [] }
        let hosts = Set(network.hosts + wanted.values.map(\.name))
        let surveys = try await with.surveys(of: fleet.hosts.filter { hosts.contains($0.name) })
        let catalogue = try await with.catalogue()
        var plannedFleet = await with.withoutMissingCopies(fleet, surveys, images: catalogue.images)
        var moves: [MigrateMachine] = []
        for router in network.routers {
            guard let destination = wanted[router.name] else { continue }
            let source = try fleet.host(router.host)
            do throws(Refusal) {
                try MigrateMachine.check(source, destination)
                let observed = try await with.hypervisor.machine(router.machine, on: source)
                guard let machine = fleet.machine(router.name, on: source), let observed else {
                    throw Refusal(
                        .machineNotFound, .router,
                        "host '\(source.name)' no longer has router '\(router.name)'; apply the network first",
                        value: router.name)
                }
                var move = MigrateMachine(
                    machine: machine, observed: observed, source: source, destination: destination, isLive: isLive,
                    fleet: plannedFleet, surveys: surveys, catalogue: catalogue, operation: operation, now: with.now())
                move.limits = limits
                move.share(
                    try await with.hypervisor.sharedDisks(
                        observed.disks.compactMap(\.source), of: source, with: destination))
                plannedFleet = move.fleet
                moves.append(move)
            } catch {
                throw error.at(host: source.name, machine: router.name)
            }
        }
        // All moves are planned with the final state of the fleet.
        for index in moves.indices { moves[index].fleet = plannedFleet }
        return moves
    }
}
