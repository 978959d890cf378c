package import Model

extension Networks {
    /// What a caller of ``migrate(_:to:others:isLive:within:isDry:waits:)`` gets.
    package struct Migrated: Sendable {
        /// `nil` when there was nothing to do, or nothing was to be done.
        package var operation: OperationID?
        package var network: VirtualNetwork
        /// Routers that move, in their order.
        package var ways: [Way]
        package var outcome: OperationOutcome?
    }

    package struct Way: Sendable, Equatable {
        package var router: String
        package var source: String
        package var destination: String
    }

    /// Moves routers of a network to other hosts, one after the other; a router that is there already stays. All are moved,
    /// or none: when one cannot, or is not proven, those before it are moved back.
    ///
    /// - Parameters:
    ///   - hosts: by routers.
    ///   - other: the host of routers that `hosts` does not name; `nil`: they stay.
    ///   - isDry: only tells what would be moved, and in which order.
    /// - Throws: before anything is touched, whatever stands in the way of one of them; otherwise why it failed.
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

    /// Of each router that is not there already.
    private func destinations(
        _ hosts: [String: String], _ other: String?, of network: VirtualNetwork, in fleet: Fleet
    ) throws(Refusal) -> [String: Host] {
        guard !hosts.isEmpty || other != nil else {
            throw Refusal(
                .invalidValue, .router,
                "nothing is to be moved: name routers with their hosts, or one host for all of them")
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
        var world = await with.looked(fleet, surveys, images: catalogue.images)
        var moves: [MigrateMachine] = []
        for router in network.routers {
            guard let destination = wanted[router.name] else { continue }
            let source = try fleet.host(router.host)
            do throws(Refusal) {
                try MigrateMachine.check(source, destination)
                let seen = try await with.hypervisor.machine(router.machine, on: source)
                guard let machine = fleet.machine(router.name, on: source), let seen else {
                    throw Refusal(
                        .machineNotFound, .router,
                        "host '\(source.name)' has router '\(router.name)' no more; apply the network first",
                        value: router.name)
                }
                var move = MigrateMachine(
                    machine: machine, observed: seen, source: source, destination: destination, isLive: isLive,
                    fleet: world, surveys: surveys, catalogue: catalogue, operation: operation, now: with.now())
                move.limits = limits
                move.share(
                    try await with.hypervisor.sharedDisks(
                        seen.disks.compactMap(\.source), of: source, with: destination))
                world = move.fleet
                moves.append(move)
            } catch {
                throw error.at(host: source.name, machine: router.name)
            }
        }
        // All of them ask about the same world.
        for index in moves.indices { moves[index].fleet = world }
        return moves
    }
}
