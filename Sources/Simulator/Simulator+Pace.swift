internal import Control
package import Model
internal import Synchronization

extension Simulator {
    /// Makes steps take time, and hosts report changes of their machines.
    ///
    /// - Parameter pace: the durations of steps; `nil`: steps take no time.
    package func live(pace: SimulatedPace?) {
        state.withLock { ($0.pace, $0.isLive) = (pace, true) }
    }

    package var pace: SimulatedPace? { state.withLock { $0.pace } }

    /// Waits for the duration of a step, and reports its progress. Ends if the host is lost meanwhile.
    func simulateDuration(of step: Step, on host: Host, _ progress: StepProgress) async throws(Refusal) {
        let (pace, rate, hosts) = state.withLock { ($0.pace, $0.rates[host.name], $0.hosts) }
        guard let pace else { return }
        var memory: Int64 = 0
        if case .moveMachine(let move) = step {
            memory = hosts[move.source.name]?.domains[move.machine.id]?.spec?.memoryMiB ?? 0
        }
        if case .sendImage(let send) = step, hosts[host.name]?.volumes.contains(send.volume) == true { return }
        let time = SimulatedPace.time(
            of: step, memoryMiB: memory, bytesPerSecond: rate ?? SimulatedPace.bytesPerSecond)
        let slices: Int64 = 20
        for slice in 1...slices {
            try await Self.sleep(pace.scaled(time / slices))
            _ = try answering(host)
            switch step {
            case .sendImage(let send):
                let done = send.file.size / slices * slice
                progress.report(done: done, total: send.file.size, sent: done)
            case .moveMachine:
                var copying = StepProgress.Copying(remaining: (memory << 20) / slices * (slices - slice))
                copying.bytesPerSecond = SimulatedPace.bytesPerSecond
                progress.report(copying)
            default: break
            }
        }
    }

    /// Waits for a duration on real hosts, scaled by the present speed.
    package func wait(_ time: Duration) async throws(Refusal) {
        if let pace { try await Self.sleep(pace.scaled(time)) }
    }

    static func sleep(_ time: Duration) async throws(Refusal) {
        do {
            try await Task.sleep(for: time)
        } catch {
            throw Refusal(.cancelled, "the call was cancelled")
        }
    }

    /// The events of machines between two states of their host, as the host would report them.
    static func changes(from before: SimulatedHost, to after: SimulatedHost, movedAway: MachineID?) -> [HostSignal] {
        let ids = Set(before.domains.keys).union(after.domains.keys)
        return ids.sorted { $0.text < $1.text }.compactMap { id in
            let (old, new) = (before.domains[id], after.domains[id])
            guard let name = (new ?? old)?.name, let change = change(from: old?.state, to: new?.state) else {
                return nil
            }
            return .machine(id, name: name, change == .stopped && id == movedAway ? .movedAway : change)
        }
    }

    private static func change(
        from old: ObservedMachine.State?, to new: ObservedMachine.State?
    ) -> MachineChange? {
        switch (old, new) {
        case (nil, .some(let new)): new.isActive ? .started : .defined
        case (.some, nil): .undefined
        case (.some(let old), .some(let new)) where old.isActive != new.isActive: new.isActive ? .started : .stopped
        case (.some(let old), .some(let new)) where old != new: new == .paused ? .paused : .resumed
        default: nil
        }
    }
}
