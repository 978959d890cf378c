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
    static func changes(
        from old: [ObservedSummary], to new: [ObservedSummary], movedAway: MachineID?
    ) -> [HostSignal] {
        let known = Dictionary(old.map { ($0.id, $0) }) { first, _ in first }
        let kept = Set(new.map(\.id))
        let changed = new.compactMap { domain in
            change(from: known[domain.id]?.state, to: domain.state).map { (domain, $0) }
        }
        let gone = old.filter { !kept.contains($0.id) }.map { ($0, MachineChange.undefined) }
        return (changed + gone).sorted { $0.0.id.text < $1.0.id.text }.map { domain, change in
            .machine(domain.id, name: domain.name, change == .stopped && domain.id == movedAway ? .movedAway : change)
        }
    }

    private static func change(
        from old: ObservedMachine.State?, to new: ObservedMachine.State
    ) -> MachineChange? {
        guard let old else { return new.isActive ? .started : .defined }
        if old.isActive != new.isActive { return new.isActive ? .started : .stopped }
        return old == new ? nil : new == .paused ? .paused : .resumed
    }
}
