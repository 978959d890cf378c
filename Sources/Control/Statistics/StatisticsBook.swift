internal import FoundationEssentials
package import Model
internal import Synchronization

/// The last figures of hosts and machines, in memory: readers never wait for a host.
package final class StatisticsBook: Sendable {
    private struct State {
        var hosts: [String: HostStatistics] = [:]
        var machines: [MachineID: MachineTotals] = [:]
        var readings: [String: Task<Result<HostStatistics, Refusal>, Never>] = [:]
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
    /// - Parameter home: the recorded host of a machine; `nil` for one that is not ours. While a machine moves, both
    ///   hosts report it, and only this one counts.
    func take(
        _ sample: HostSample, of host: String, at time: Date, home: (MachineID) -> String?
    ) -> HostStatistics {
        state.withLock { state in
            let statistics = HostStatistics(sample, at: time, after: state.hosts[host])
            state.hosts[host] = statistics
            for (id, machine) in sample.machines where machine.run != nil && home(id) ?? host == host {
                state.machines[id, default: MachineTotals()].take(machine, on: host, at: time)
            }
            let gone = state.machines.filter { id, totals in
                totals.host == host && sample.machines[id] == nil && home(id) == nil
            }
            for id in gone.keys { state.machines[id] = nil }
            return statistics
        }
    }

    func forget(host: String) {
        state.withLock { state in
            state.hosts[host] = nil
            state.machines = state.machines.filter { $0.value.host != host }
        }
    }

    package func host(_ name: String) -> HostStatistics? { state.withLock { $0.hosts[name] } }

    package func machine(_ id: MachineID) -> MachineTotals? { state.withLock { $0.machines[id] } }
}
