package import Model
internal import Workers

extension Machines {
    /// The result of the evacuation for one machine of the host, or, in a dry run, the decision.
    package struct Evacuated: Sendable {
        package var move: Evacuation.Move
        /// The migration; `nil` if the machine was not moved.
        package var moved: Moved?
        /// The reason why the machine was not moved.
        package var refusal: Refusal?
    }

    /// Moves every machine of a host to a host with enough resources; machines of one network move one after the other.
    /// The host accepts no new machines from then on. A machine that cannot be moved stays, and the others still move.
    ///
    /// - Parameters:
    ///   - isDry: only report the decisions; move nothing.
    ///   - atOnce: how many machines move concurrently.
    /// - Throws: `hostNotRegistered`, `hostUnreachable` if the host does not answer.
    package func evacuate(
        _ host: String, isLive: Bool, within limits: MoveLimits = MoveLimits(), atOnce: Int = 1, isDry: Bool
    ) async throws(Refusal) -> [Evacuated] {
        try limits.check(isLive: isLive)
        var host = try await with.store.fleet().host(host)
        if !isDry { host = try await with.setMaintenance(true, of: host) }
        let fleet = try await with.store.fleet()
        var surveys: [String: HostSurvey] = [host.name: try await with.survey(of: host, in: fleet)]
        for (other, answer) in await with.answers(of: fleet.hosts.filter { $0.name != host.name }) {
            surveys[other.name] = try? answer.get()
        }
        var question = Evacuation(of: host, fleet: fleet, surveys: surveys)
        question.states = Dictionary(try await with.hypervisor.machines(on: host).map { ($0.id, $0.state) }) {
            first, _ in
            first
        }
        let moves = question.moves
        guard !isDry else { return moves.map { Evacuated(move: $0) } }
        let queue = EvacuationQueue(moves)
        _ = await concurrently(over: Array(0..<max(1, atOnce))) { [host] _ in
            while let move = await queue.next() {
                await queue.ended(await carryOut(move, from: host, isLive: isLive, within: limits))
            }
        }
        return await queue.evacuated
    }

    private func carryOut(
        _ move: Evacuation.Move, from host: Host, isLive: Bool, within limits: MoveLimits
    ) async -> Evacuated {
        var evacuated = Evacuated(move: move)
        do throws(Refusal) {
            guard let destination = move.destination else {
                throw Refusal(move.code ?? .notEnoughMemory, "machine '\(move.machine.name)' stays: \(move.because)")
            }
            evacuated.moved = try await migrate(
                move.machine.name, from: host.name, to: destination, isLive: isLive, within: limits, waits: true)
        } catch {
            evacuated.refusal = error
        }
        return evacuated
    }
}

/// A queue of migrations for concurrent workers; hands out one machine of each network at a time.
private actor EvacuationQueue {
    private let moves: [Evacuation.Move]
    /// Indices in `moves` of the moves that no worker has taken yet.
    private var remaining: [Int]
    private var results: [Int: Machines.Evacuated] = [:]
    private var busy: Set<String> = []
    private var waiting: [CheckedContinuation<Void, Never>] = []

    init(_ moves: [Evacuation.Move]) {
        self.moves = moves
        remaining = Array(moves.indices)
    }

    /// The results, in the order of the moves.
    var evacuated: [Machines.Evacuated] { moves.indices.compactMap { results[$0] } }

    /// The next move; waits while every remaining machine belongs to a network of which another machine is moving.
    func next() async -> Evacuation.Move? {
        while !remaining.isEmpty {
            if let place = remaining.firstIndex(where: { !isBusy(moves[$0]) }) {
                let move = moves[remaining.remove(at: place)]
                if let network = move.machine.network { busy.insert(network) }
                return move
            }
            await withCheckedContinuation { waiting.append($0) }
        }
        return nil
    }

    func ended(_ evacuated: Machines.Evacuated) {
        if let number = moves.firstIndex(where: { $0.machine.id == evacuated.move.machine.id }) {
            results[number] = evacuated
        }
        if let network = evacuated.move.machine.network { busy.remove(network) }
        for each in waiting { each.resume() }
        waiting = []
    }

    private func isBusy(_ move: Evacuation.Move) -> Bool { move.machine.network.map(busy.contains) ?? false }
}
