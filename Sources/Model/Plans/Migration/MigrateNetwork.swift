/// Plans the move of routers of a virtual network to other hosts, one after the other and each proven before the next, so
/// that what does not lead through the one that moves goes on. Until the last is proven, all can be moved back.
package struct MigrateNetwork {
    package var network: VirtualNetwork
    /// Of each router that is to move, about the same world. Their order does not count.
    package var moves: [MigrateMachine]

    package init(_ network: VirtualNetwork, moves: [MigrateMachine]) {
        self.network = network
        self.moves = moves
    }

    /// - Parameter wanted: hosts by routers.
    /// - Throws: `invalidValue` for a router that the network has not.
    package static func check(_ wanted: [String: Node], of network: VirtualNetwork) throws(Refusal) {
        guard let unknown = wanted.keys.sorted().first(where: { network.router($0) == nil }) else { return }
        let names = network.routers.map(\.name).joined(separator: ", ")
        throw Refusal(
            .invalidValue,
            "router is '\(unknown.shown)': virtual network '\(network.name)' has \(names)", field: "router",
            value: unknown.shown)
    }

    /// In the order in which they move: first those without which the others still reach each other, each as soon as its new
    /// host has room for it.
    ///
    /// - Throws: what keeps one of them from its new host.
    package func inOrder() throws(Refusal) -> [MigrateMachine] {
        var left = network.routers.compactMap { router in moves.first { $0.machine.name == router.name } }
        left = left.filter { !isCut(by: $0.machine.name) } + left.filter { isCut(by: $0.machine.name) }
        var surveys = left.first?.surveys ?? [:]
        var ordered: [MigrateMachine] = []
        while !left.isEmpty {
            let index = try next(of: left, surveys)
            let move = left.remove(at: index)
            let bytes = move.machine.memoryMiB.times(1_048_576)
            let (there, here) = (move.destination.name, move.source.name)
            if let left = surveys[there]?.freeMemory { surveys[there]?.freeMemory = left.minus(bytes) }
            if let left = surveys[here]?.freeMemory { surveys[here]?.freeMemory = left.plus(bytes) }
            ordered.append(move)
        }
        return ordered
    }

    /// The first that has room now; the refusal of the very first where none has.
    private func next(of left: [MigrateMachine], _ surveys: [String: HostSurvey]) throws(Refusal) -> Int {
        var first: Refusal?
        for (index, move) in left.enumerated() {
            var now = move
            now.surveys = surveys
            do throws(Refusal) {
                try MigrationCheck(now, from: try now.survey(of: now.source), to: try now.survey(of: now.destination))
                    .beforePlanning()
                return index
            } catch {
                first = first ?? error.at(node: move.destination.name, machine: move.machine.name)
                guard error.code == .notEnoughMemory else { break }
            }
        }
        throw first ?? Refusal(.internalError, "no router is left to be moved")
    }

    /// Whether others of its routers reach each other only through this one.
    private func isCut(by router: String) -> Bool {
        let others = network.routers.map(\.name).filter { $0 != router }
        guard let first = others.first else { return false }
        var (reached, open): (Set<String>, [String]) = ([first], [first])
        while let at = open.popLast() {
            let near = network.links.filter { link in link.vni != nil && link.ends.contains { $0.router == at } }
            for end in near.flatMap(\.ends) where end.router != router && reached.insert(end.router).inserted {
                open.append(end.router)
            }
        }
        return reached.count < others.count
    }

    /// - Parameter ordered: from ``inOrder()``, at least one.
    /// - Throws: what stands in the way, with the router and the host that it concerns.
    package func plan(_ ordered: [MigrateMachine]) throws(Refusal) -> Plan {
        let moved = try RouterMoves(ordered, of: network)
        let hosts = ordered[0].fleet.nodes
        var (staged, disks): (StagedSteps, [String: [Step]]) = (StagedSteps(), [:])
        var (moving, leaving): ([[Step]], [String: [Step]]) = ([], [:])
        var (needed, left): ([RecordChange], [RecordChange]) = ([], [])
        for (number, move) in ordered.enumerated() {
            do throws(Refusal) {
                let (from, to) = (try move.survey(of: move.source), try move.survey(of: move.destination))
                let draft = try moved.draft(of: move)
                try MigrationCheck(move, from: from, to: to).compare(draft)
                disks[move.destination.name, default: []] += move.prepared(draft)
                moving.append(try move.moving(draft, moved, after: number, by: to.hypervisor))
                leaving[move.source.name, default: []] += move.left(of: draft)
                needed += move.needed(draft)
                left += move.imagesLeft
            } catch {
                throw error.at(node: move.destination.name, machine: move.machine.name)
            }
        }
        staged.add("segments", moved.arriving, on: hosts, atOnce: NetworkPlans.atOnce)
        staged.add("disks", disks, on: hosts, joins: staged.stage > 0)
        for (number, move) in ordered.enumerated() {
            staged.add("move", [move.destination.name: moving[number]], on: hosts)
            staged.addProofs(moved.proofs(moved: number + 1), boots: false, on: hosts)
        }
        let settles = staged.stage
        staged.add("what they leave", leaving, on: hosts)
        staged.add("segments that go", moved.leaving, on: hosts)
        var plan = Plan(
            service: "migrateVirtualNetwork", node: ordered[0].source, machine: "", steps: staged.steps,
            recovery: .undo,
            atBegin: moved.recordsAtBegin + needed, onSuccess: moved.recordsAtEnd + left, onFailure: moved.recordsUndone
        )
        plan.lanes = staged.lanes
        plan.settles = settles
        plan.network = network.name
        plan.proves = network.name
        plan.members =
            moved.members + ordered.map { MachineOnNode(node: $0.destination.name, machine: $0.machine.name) }
        return plan
    }
}
