package import Model
internal import Workers

extension Machines {
    /// What became of one machine of a host that was to be emptied, or would.
    package struct Evacuated: Sendable {
        package var move: Evacuation.Move
        /// `nil` when it was not moved.
        package var moved: Moved?
        /// Why it was not moved.
        package var refusal: Refusal?
    }

    /// Moves every machine of a host to where it fits, those of one network one after the other; the host takes no new ones
    /// from then on. One that cannot be moved stays, and the others go all the same.
    ///
    /// - Parameters:
    ///   - isDry: only tells what would be done.
    ///   - atOnce: how many move at the same time.
    /// - Throws: `hostNotRegistered`, `hostUnreachable` when the host does not answer.
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
        return await queue.told
    }

    private func carryOut(
        _ move: Evacuation.Move, from host: Host, isLive: Bool, within limits: MoveLimits
    ) async -> Evacuated {
        var told = Evacuated(move: move)
        do throws(Refusal) {
            guard let destination = move.destination else {
                throw Refusal(move.code ?? .notEnoughMemory, "machine '\(move.machine.name)' stays: \(move.because)")
            }
            told.moved = try await migrate(
                move.machine.name, from: host.name, to: destination, isLive: isLive, within: limits, waits: true)
        } catch {
            told.refusal = error
        }
        return told
    }
}

/// Moves that are still to be done, each network's one after the other, for those who do them side by side.
private actor EvacuationQueue {
    private let moves: [Evacuation.Move]
    /// By their numbers in `moves`.
    private var left: [Int]
    private var results: [Int: Machines.Evacuated] = [:]
    private var busy: Set<String> = []
    private var waiting: [CheckedContinuation<Void, Never>] = []

    init(_ moves: [Evacuation.Move]) {
        self.moves = moves
        left = Array(moves.indices)
    }

    /// In the order of the moves.
    var told: [Machines.Evacuated] { moves.indices.compactMap { results[$0] } }

    /// Waits while all that are left are of networks of which one is on its way.
    func next() async -> Evacuation.Move? {
        while !left.isEmpty {
            if let place = left.firstIndex(where: { !isBusy(moves[$0]) }) {
                let move = moves[left.remove(at: place)]
                if let network = move.machine.network { busy.insert(network) }
                return move
            }
            await withCheckedContinuation { waiting.append($0) }
        }
        return nil
    }

    func ended(_ told: Machines.Evacuated) {
        if let number = moves.firstIndex(where: { $0.machine.id == told.move.machine.id }) { results[number] = told }
        if let network = told.move.machine.network { busy.remove(network) }
        for each in waiting { each.resume() }
        waiting = []
    }

    private func isBusy(_ move: Evacuation.Move) -> Bool { move.machine.network.map(busy.contains) ?? false }
}
