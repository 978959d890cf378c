internal import Model
internal import Synchronization

extension Simulator {
    /// Moves a machine; does nothing if it already runs on the destination.
    func move(_ move: MoveMachine) throws(Refusal) {
        let (one, other) = (move.source.name, move.destination.name)
        guard !state.withLock({ $0.cuts.contains(HostPair(one, other)) }) else {
            throw Refusal(.migrationFailed, "host '\(one)' cannot reach host '\(other)'", host: one)
        }
        try both(move) { (source, destination) throws(Refusal) in
            let id = move.machine.id
            if destination.domains[id]?.isRunning == true { return }
            guard let domain = source.domains[id], domain.isRunning, let spec = domain.spec else {
                throw Refusal(.machineNotRunning, "machine '\(move.machine.name)' does not run")
            }
            let files = destination.files
            let bridges = spec.interfaces.map(\.bridge).filter(Segment.isName)
            let lacking =
                spec.disks.map(\.path).filter { !files.contains($0) }
                + bridges.filter { destination.segments[$0] == nil }
            guard lacking.isEmpty else {
                throw Refusal(.migrationFailed, "the destination lacks \(lacking.joined(separator: ", "))")
            }
            destination.domains[id] = domain
            source.domains[id]?.isRunning = false
        }
    }

    func undoMove(_ move: MoveMachine) throws(Refusal) {
        try both(move) { source, destination in
            if let domain = destination.domains.removeValue(forKey: move.machine.id), domain.isRunning {
                source.domains[move.machine.id] = domain
            }
        }
    }

    /// Changes both hosts in one step, if both answer.
    private func both(
        _ move: MoveMachine, _ body: (inout SimulatedHost, inout SimulatedHost) throws(Refusal) -> Void
    ) throws(Refusal) {
        let before = [try answering(move.source).summaries, try answering(move.destination).summaries]
        let names = [move.source.name, move.destination.name]
        let result: Result<[[HostSignal]], Refusal> = state.withLock { state in
            var (source, destination) = (
                state.hosts[move.source.name] ?? SimulatedHost(), state.hosts[move.destination.name] ?? SimulatedHost()
            )
            do throws(Refusal) {
                try body(&source, &destination)
            } catch {
                return .failure(error)
            }
            (state.hosts[move.source.name], state.hosts[move.destination.name]) = (source, destination)
            guard state.isLive else { return .success([]) }
            return .success(
                [source, destination].enumerated().map {
                    Self.changes(from: before[$0], to: $1.summaries, movedAway: move.machine.id)
                })
        }
        for (name, signals) in zip(names, try result.get()) {
            for signal in signals { emit(name, signal) }
            endConsoles(on: name)
        }
    }
}
