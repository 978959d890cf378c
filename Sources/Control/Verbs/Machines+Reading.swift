internal import FoundationEssentials
package import Model

extension Machines {
    /// What was asked for a machine beside what is observed; at least one of the two is there.
    package struct Status: Sendable {
        package var node: Node
        package var asked: Machine?
        package var observed: ObservedMachine?
        /// Seconds since we saw it start; `nil` when it does not run or we did not see it.
        package var uptime: Int64?
        /// Whether it is just being made.
        package var isBeingMade = false
    }

    /// - Throws: `machineNotFound` when neither we nor the host know it.
    package func status(_ name: String, on host: String) async throws(Refusal) -> Status {
        let look = try await look(name, on: host)
        guard look.machine != nil || look.observed != nil else { throw look.notFound }
        let runs = look.observed?.state.isActive ?? false
        let uptime = look.machine?.startedAt.flatMap { Int64(nearest: with.now().timeIntervalSince($0)) }
        var status = Status(node: look.node, asked: look.machine, observed: look.observed, uptime: runs ? uptime : nil)
        if let machine = look.machine, look.observed == nil {
            status.isBeingMade = try await with.unfinishedWork().making.contains(machine.id)
        }
        return status
    }

    /// A line of a list: what we asked for, what the host tells, or both.
    package struct Line: Sendable {
        package var node: String
        package var asked: Machine?
        package var observed: ObservedSummary?
        /// Whether it is just being made.
        package var isBeingMade = false
    }

    package struct Listing: Sendable {
        package var lines: [Line]
        /// Hosts that did not answer.
        package var unreachable: [String]
    }

    /// All hosts are asked side by side, so that one that hangs delays no other.
    package func list(on host: String?) async throws(Refusal) -> Listing {
        let fleet = try await with.store.fleet()
        let nodes = try host.map { host throws(Refusal) in [try fleet.node(host)] } ?? fleet.nodes
        let answers = await answers(of: nodes)
        if host != nil, let node = nodes.first, case .failure(let refusal)? = answers[node.name] {
            throw refusal.at(node: node.name)
        }
        var listing = Listing(lines: [], unreachable: [])
        for node in nodes.sorted(by: { $0.name < $1.name }) {
            let ours = fleet.machines(on: node.name)
            switch answers[node.name] {
            case .success(let observed)?: listing.lines += Self.merge(ours, observed, on: node.name)
            case .failure?, nil:
                listing.unreachable.append(node.name)
                listing.lines += ours.map { Line(node: node.name, asked: $0, observed: nil) }
            }
        }
        if listing.lines.contains(where: { $0.observed == nil }) {
            let making = try await with.unfinishedWork().making
            for index in listing.lines.indices {
                guard let id = listing.lines[index].asked?.id else { continue }
                listing.lines[index].isBeingMade = making.contains(id)
            }
        }
        return listing
    }

    private typealias Told = Result<[ObservedSummary], Refusal>

    /// A task for each host, and no task group: Swift 6.3's optimiser spoils what a group's tasks return here (seen with
    /// `-O`, with and without optimisation across modules: a wrong key, or a crash).
    private func answers(of nodes: [Node]) async -> [String: Told] {
        let tasks = nodes.map { node in (node.name, Task { await answer(of: node) }) }
        var answers: [String: Told] = [:]
        for (name, task) in tasks { answers[name] = await task.value }
        return answers
    }

    private func answer(of node: Node) async -> Told {
        do {
            return .success(try await with.hypervisor.machines(on: node))
        } catch {
            return .failure(error)
        }
    }

    private static func merge(_ ours: [Machine], _ observed: [ObservedSummary], on node: String) -> [Line] {
        let known = Dictionary(ours.map { ($0.id, $0) }) { first, _ in first }
        let seen = Set(observed.map(\.id))
        let lines =
            observed.map { Line(node: node, asked: known[$0.id], observed: $0) }
            + ours.filter { !seen.contains($0.id) }.map { Line(node: node, asked: $0, observed: nil) }
        let name = { (line: Line) in line.observed?.name ?? line.asked?.name ?? "" }
        return lines.sorted { name($0) < name($1) }
    }

    package struct Scheduling: Sendable {
        package var reading: SchedulerReading
        package var rules: SchedulerRules
    }

    package func scheduler(of name: String, on host: String) async throws(Refusal) -> Scheduling {
        let look = try await look(name, on: host)
        guard let observed = look.observed else { throw look.notFound }
        let reading = try await located(look.node, name) { () async throws(Refusal) in
            try await with.hypervisor.scheduler(of: observed.name, on: look.node)
        }
        return Scheduling(reading: reading, rules: SchedulerRules(reading: reading, vcpus: observed.maxVcpus))
    }
}
