internal import Control
package import Model
internal import Synchronization

/// Figures of simulated hosts. A machine uses a steady share of a processor and of its links, chosen by its name; a
/// host's counters of a machine begin at zero when the machine arrives or starts there, as those of a real host do.
extension Simulator {
    /// A machine's run on a host.
    struct Run: Sendable {
        var number: Int64
        /// Since when its counters grow, on the simulation's clock.
        var since: Duration
    }

    package func figures(of host: Host) async throws(Refusal) -> HostSample {
        let simulated = try answering(host)
        let now = clockStart.duration(to: .now) * (pace?.speed ?? 1)
        let runs = state.withLock { state in
            var runs = state.runs[host.name] ?? [:]
            runs = runs.filter { simulated.domains[$0.key]?.isRunning ?? false }
            for (id, domain) in simulated.domains where domain.isRunning && runs[id] == nil {
                state.runNumber += 1
                runs[id] = Run(number: state.runNumber, since: now)
            }
            state.runs[host.name] = runs
            return runs
        }
        var sample = HostSample()
        var busy: Int64 = 0
        for (id, domain) in simulated.domains {
            sample.machines[id] = Self.figures(of: domain, runs[id], at: now)
            busy = busy.plus(sample.machines[id]?.figures[.cpuTime] ?? 0)
        }
        let all = Self.nanoseconds(now).times(Int64(simulated.cpus))
        sample.figures = Figures([
            .cpuUser: busy, .cpuSystem: busy / 4, .cpuIdle: max(0, all - busy - busy / 4), .cpuWait: 0,
            .cpus: Int64(simulated.cpus), .memory: simulated.memory, .memoryAvailable: simulated.freeMemory,
        ])
        sample.pools = [.init(name: "default", capacity: simulated.room, available: simulated.available)]
        return sample
    }

    private static func figures(
        of domain: SimulatedHost.Domain, _ run: Run?, at now: Duration
    ) -> HostSample.Machine {
        var machine = HostSample.Machine()
        guard let run else { return machine }
        machine.run = run.number
        let time = nanoseconds(now - run.since)
        let spec = domain.live ?? domain.spec
        let load = Int64(hash(domain.name) % 20 + 1)
        machine.figures = Figures([
            .cpuTime: time / 100 * load, .cpuDelay: time / 10_000 * load, .vcpus: Int64(spec?.vcpus ?? 1),
            .memoryAllocated: (spec?.memoryMiB ?? 0) << 20, .memoryUsed: nil,
            .memoryResident: (spec?.memoryMiB ?? 0) << 19,
        ])
        for interface in spec?.interfaces ?? [] {
            let packets = time / 1_000_000_000 * load
            machine.interfaces[interface.mac] = Figures([
                .receivedBytes: packets * 500, .receivedPackets: packets, .receivedErrors: 0, .receivedDrops: 0,
                .sentBytes: packets * 500, .sentPackets: packets, .sentErrors: 0, .sentDrops: 0,
            ])
        }
        for disk in spec?.disks ?? [] {
            let operations = time / 10_000_000_000 * load
            machine.disks[disk.target] = Figures([
                .readBytes: operations * 4096, .reads: operations, .writtenBytes: operations * 4096,
                .writes: operations,
            ])
        }
        return machine
    }

    private static func nanoseconds(_ time: Duration) -> Int64 {
        time.components.seconds.times(1_000_000_000).plus(time.components.attoseconds / 1_000_000_000)
    }

    private static func hash(_ text: String) -> UInt32 { text.utf8.reduce(5381) { $0 &* 33 &+ UInt32($1) } }
}
