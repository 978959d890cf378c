internal import FoundationEssentials
package import Model
internal import Synchronization

/// The last figures of hosts and machines, in memory: readers never wait for a host.
package final class StatisticsBook: Sendable {
    private struct State {
        var hosts: [String: HostStatistics] = [:]
        var machines: [MachineID: MachineTotals] = [:]
        /// The values between the last two samples.
        var values: [SeriesObject: SeriesValues] = [:]
        /// Machines that are not known any more, and may still be in the archive.
        var gone: Set<MachineID> = []
        /// When the totals of machines were last saved; absent for those that never were.
        var saved: [MachineID: Date] = [:]
        /// What the machines of each team used since it was last taken: values times seconds.
        var growth: [TeamID: SeriesValues] = [:]
        var readings: [String: Task<Result<HostStatistics, Refusal>, Never>] = [:]

        mutating func forget(_ id: MachineID) {
            for mac in machines[id]?.interfaces.keys.map(\.self) ?? [] { values[.port(id, mac)] = nil }
            (machines[id], saved[id], values[.machine(id)]) = (nil, nil, nil)
            gone.insert(id)
        }
    }

    private let state = Mutex(State())

    package init() {}

    /// Reads a host once at a time: callers that come meanwhile get the same result. Otherwise an older sample might
    /// follow a newer one, whose counters would seem to begin anew.
    func reading(
        _ host: String, _ body: @escaping @Sendable () async -> Result<HostStatistics, Refusal>
    ) async -> Result<HostStatistics, Refusal> {
        let task = state.withLock { state in
            if let task = state.readings[host] { return task }
            let task = Task {
                let result = await body()
                self.state.withLock { $0.readings[host] = nil }
                return result
            }
            state.readings[host] = task
            return task
        }
        return await task.value
    }

    /// Adds a sample.
    ///
    /// - Returns: the host's statistics, and the values to be kept over time, with the time in seconds of which they are
    ///   the means.
    /// - Parameters:
    ///   - longest: a longer time than this many seconds is not counted for a team: nothing is known of it.
    ///   - record: the record of a machine; `nil` for one that is not ours. While a machine moves, both hosts report it,
    ///     and only the recorded one counts.
    func take(
        _ sample: HostSample, of host: String, at time: Date, longest: Double, record: (MachineID) -> Machine?
    ) -> (statistics: HostStatistics, values: [SeriesObject: SeriesValues], seconds: Double) {
        state.withLock { state in
            let seconds = state.hosts[host].map { min(longest, max(0, time.timeIntervalSince($0.time))) } ?? 0
            let statistics = HostStatistics(sample, at: time, after: state.hosts[host])
            var values = [SeriesObject.host(host): statistics.values]
            state.hosts[host] = statistics
            for (id, machine) in sample.machines where machine.run != nil && record(id)?.host ?? host == host {
                let before = state.machines[id]
                var totals = before ?? MachineTotals()
                totals.take(machine, on: host, at: time)
                state.machines[id] = totals
                let used = totals.values(since: before)
                values[.machine(id)] = used
                if let team = record(id)?.team, let old = before?.time {
                    let own = min(longest, max(0, time.timeIntervalSince(old)))
                    state.growth[team, default: SeriesValues()].add(used, times: own)
                }
                for (mac, rates) in totals.cardValues(since: before) { values[.port(id, mac)] = rates }
            }
            let gone = state.machines.filter { id, totals in
                totals.host == host && sample.machines[id] == nil && record(id) == nil
            }
            for id in gone.keys { state.forget(id) }
            // A machine that is off uses nothing.
            for (id, totals) in state.machines where totals.host == host && sample.machines[id]?.run == nil {
                state.values[.machine(id)] = nil
                for mac in totals.interfaces.keys { state.values[.port(id, mac)] = nil }
            }
            state.values.merge(values) { $1 }
            return (statistics, values, seconds)
        }
    }

    func forget(host: String) {
        state.withLock { state in
            (state.hosts[host], state.values[.host(host)]) = (nil, nil)
            for (id, totals) in state.machines where totals.host == host { state.forget(id) }
        }
    }

    /// Takes over totals that were saved, of machines that are not known yet.
    func restore(_ totals: [MachineID: MachineTotals]) {
        state.withLock { state in state.machines.merge(totals) { present, _ in present } }
    }

    /// Totals to be saved: of those machines that have waited longest, and of those that are gone.
    func unsaved(atMost most: Int, at time: Date) -> (totals: [MachineID: MachineTotals], gone: Set<MachineID>) {
        state.withLock { state in
            let waiting = state.machines.filter { id, totals in
                totals.time.map { $0 > state.saved[id] ?? .distantPast } ?? false
            }
            let first = waiting.keys.sorted { state.saved[$0] ?? .distantPast < state.saved[$1] ?? .distantPast }
                .prefix(max(0, most))
            for id in first { state.saved[id] = time }
            defer { state.gone = [] }
            let chosen = Set(first)
            return (waiting.filter { chosen.contains($0.key) }, state.gone)
        }
    }

    /// The values of an object between its last two samples.
    func values(of object: SeriesObject) -> SeriesValues { state.withLock { $0.values[object] ?? SeriesValues() } }

    /// Takes what the machines of each team used since the last time: values times seconds.
    func takeGrowth() -> [TeamID: SeriesValues] {
        state.withLock { state in
            defer { state.growth = [:] }
            return state.growth
        }
    }

    /// Totals that could not be saved are saved later.
    func notSaved(_ totals: some Collection<MachineID>, gone: Set<MachineID>) {
        state.withLock { state in
            for id in totals { state.saved[id] = nil }
            state.gone.formUnion(gone)
        }
    }

    package func host(_ name: String) -> HostStatistics? { state.withLock { $0.hosts[name] } }

    package func machine(_ id: MachineID) -> MachineTotals? { state.withLock { $0.machines[id] } }
}
