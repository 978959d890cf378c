/// Plans the migration of routers of a virtual network to other hosts. They move one after the other, each
/// proven before the next, so that traffic that does not cross the moving router continues. Until the last one
/// is proven, all can be moved back.
package struct MigrateNetwork {
    package var network: VirtualNetwork
    /// The migrations of the routers, based on the same fleet and surveys. Their order does not matter.
    package var moves: [MigrateMachine]

    package init(_ network: VirtualNetwork, moves: [MigrateMachine]) {
        self.network = network
        self.moves = moves
    }

    /// - Parameter wanted: the destination of each router, by the router's name.
    /// - Throws: `invalidValue` for a router that the network does not have.
    package static func check(_ wanted: [String: Host], of network: VirtualNetwork) throws(Refusal) {
        guard let unknown = wanted.keys.sorted().first(where: { network.router($0) == nil }) else { return }
        let names = network.routers.map(\.name).joined(separator: ", ")
        throw Refusal(
            .invalidValue, .router,
            "\(.router) is '\(unknown.shown)': virtual network '\(network.name)' has \(names)",
            value: unknown.shown)
    }

    /// The limit on the number of moved routers times the number of ends of the network's links: for each moved
    /// router, a plan contains the record of the network at that point.
    private static let mostRecords = 131_072

    /// - Parameter count: number of routers to move.
    /// - Throws: `tooMany`, with the allowed number.
    package static func check(_ count: Int, of network: VirtualNetwork) throws(Refusal) {
        let ends = network.links.reduce(0) { $0 + $1.ends.count }
        let most = max(1, mostRecords / max(1, ends))
        guard count <= most else {
            throw Refusal(
                .tooMany, .router,
                "router: \(count) routers of virtual network '\(network.name)' would move, whose links have \(ends) ends in all; "
                    + "move at most \(most) of them at once", value: "\(count)")
        }
    }

    /// The migrations in their order: routers without which the others still reach each other come first, each
    /// as soon as its destination has room for it.
    ///
    /// - Throws: the reason why one of them cannot move to its destination.
    package func inOrder() throws(Refusal) -> [MigrateMachine] {
        let byName = Dictionary(moves.map { ($0.machine.name, $0) }, uniquingKeysWith: { first, _ in first })
        var remaining = network.routers.compactMap { byName[$0.name] }
        let cuts = cuts(among: Set(remaining.map(\.machine.name)))
        remaining =
            remaining.filter { !cuts.contains($0.machine.name) } + remaining.filter { cuts.contains($0.machine.name) }
        var surveys = remaining.first?.surveys ?? [:]
        var ordered: [MigrateMachine] = []
        while !remaining.isEmpty {
            let index = try next(of: remaining, surveys)
            let move = remaining.remove(at: index)
            let bytes = move.machine.memoryMiB.times(1_048_576)
            let (destination, source) = (move.destination.name, move.source.name)
            if let promised = surveys[destination]?.promised { surveys[destination]?.promised = promised.plus(bytes) }
            if let promised = surveys[source]?.promised { surveys[source]?.promised = promised.minus(bytes) }
            ordered.append(move)
        }
        return ordered
    }

    /// The index of the first migration for which there is room now; otherwise throws the refusal of the first
    /// one.
    private func next(of remaining: [MigrateMachine], _ surveys: [String: HostSurvey]) throws(Refusal) -> Int {
        var first: Refusal?
        for (index, move) in remaining.enumerated() {
            var now = move
            now.surveys = surveys
            do throws(Refusal) {
                try MigrationCheck(now, from: try now.survey(of: now.source), to: try now.survey(of: now.destination))
                    .beforePlanning()
                return index
            } catch {
                first = first ?? error.at(host: move.destination.name, machine: move.machine.name)
                guard error.code == .notEnoughMemory else { break }
            }
        }
        throw first ?? Refusal(.internalError, "no router remains to be moved")
    }

    /// The routers that are cut vertices: without one, other routers of the network cannot reach each other.
    private func cuts(among names: Set<String>) -> Set<String> {
        let numbers = Dictionary(
            network.routers.enumerated().map { ($1.name, $0) }, uniquingKeysWith: { first, _ in first })
        let links = network.links.filter { $0.medium != .physical }.map { link in
            link.ends.compactMap { numbers[$0.router] }
        }
        var linksOf = [[Int]](repeating: [], count: network.routers.count)
        for (number, ends) in links.enumerated() {
            for end in ends { linksOf[end].append(number) }
        }
        return names.filter { name in numbers[name].map { isCut(by: $0, links, linksOf) } ?? false }
    }

    /// Whether the other routers do not all reach each other without this one.
    private func isCut(by router: Int, _ links: [[Int]], _ linksOf: [[Int]]) -> Bool {
        guard let first = linksOf.indices.first(where: { $0 != router }) else { return false }
        var (reached, passed) = (
            [Bool](repeating: false, count: linksOf.count), [Bool](repeating: false, count: links.count)
        )
        var (open, count) = ([first], 1)
        reached[first] = true
        while let at = open.popLast() {
            for link in linksOf[at] where !passed[link] {
                passed[link] = true
                for end in links[link] where end != router && !reached[end] {
                    reached[end] = true
                    count += 1
                    open.append(end)
                }
            }
        }
        return count < linksOf.count - 1
    }

    /// The memory of machines that arrive at each host, less that of machines that leave it.
    private func memoryNeeds(_ ordered: [MigrateMachine]) -> [MemoryNeed] {
        var more: [String: Int64] = [:]
        for move in ordered {
            let memory = move.observed.maxMemoryKiB / 1024
            more[move.destination.name] = (more[move.destination.name] ?? 0).plus(memory)
            more[move.source.name] = (more[move.source.name] ?? 0).minus(memory)
        }
        return more.sorted { $0.key < $1.key }.compactMap { host, needed in
            // The survey from before any of the migrations was accounted for.
            guard needed > 0, let survey = moves.first?.surveys[host] else { return nil }
            return MemoryNeed(host: host, needed: needed, of: survey, in: ordered[0].fleet, moves: true)
        }
    }

    /// - Parameter ordered: the result of ``inOrder()``, at least one.
    /// - Throws: the first obstacle, with the router and the host that it concerns.
    package func plan(_ ordered: [MigrateMachine]) throws(Refusal) -> Plan {
        let moved = try RouterMoves(ordered, of: network)
        let hosts = ordered[0].fleet.hosts
        var (staged, disks): (StagedSteps, [String: [Step]]) = (StagedSteps(), [:])
        var (moving, leaving): ([[Step]], [String: [Step]]) = ([], [:])
        var (needed, unused): ([RecordChange], [RecordChange]) = ([], [])
        for (number, move) in ordered.enumerated() {
            do throws(Refusal) {
                let (from, to) = (try move.survey(of: move.source), try move.survey(of: move.destination))
                let draft = try moved.draft(of: move)
                try MigrationCheck(move, from: from, to: to).compare(draft)
                disks[move.destination.name, default: []] += move.prepared(draft)
                moving.append(try move.moving(draft, moved, after: number, by: to.hypervisor))
                leaving[move.source.name, default: []] += move.leftovers(of: draft)
                needed += move.needed(draft)
                unused += move.imagesLeft
            } catch {
                throw error.at(host: move.destination.name, machine: move.machine.name)
            }
        }
        staged.add("segments", moved.arriving, on: hosts, atOnce: Plan.atOnce)
        staged.add("disks", disks, on: hosts, joins: staged.stage > 0)
        for (number, move) in ordered.enumerated() {
            staged.add("move", [move.destination.name: moving[number]], on: hosts)
            staged.addProofs(moved.proofs(moved: number + 1), boots: false, on: hosts)
        }
        let settles = staged.stage
        staged.add("what they leave", leaving, on: hosts)
        staged.add("segments that go", moved.leaving, on: hosts)
        return Plan(
            service: "migrateVirtualNetwork", subject: moved.subject, staged, recovery: .undo, settles: settles,
            provesNetwork: true, atBegin: moved.recordsAtBegin + needed, onSuccess: moved.recordsAtEnd + unused,
            onFailure: moved.recordsUndone, memory: memoryNeeds(ordered))
    }
}
