package import FoundationEssentials

/// A machine's statistics over all its runs, on whatever hosts.
package struct MachineTotals: Sendable, Equatable {
    /// The host and the run of the last sample, by which a new run is noticed.
    private struct Source: Sendable, Equatable {
        var host: String
        var run: Int64?
    }

    private var source: Source?
    /// When its host was last sampled, and the time before.
    package private(set) var time: Date?
    private var timeBefore: Date?
    private var cpuTimeBefore: Int64?
    package private(set) var totals = RunningTotal<MachineFigure>()
    package private(set) var interfaces: [MACAddress: RunningTotal<InterfaceFigure>] = [:]
    package private(set) var disks: [String: RunningTotal<DiskFigure>] = [:]

    package init() {}

    /// The host of the last sample.
    package var host: String? { source?.host }

    package mutating func take(_ sample: HostSample.Machine, on host: String, at time: Date) {
        let next = Source(host: host, run: sample.run)
        let isSameRun = source == next
        (source, timeBefore, cpuTimeBefore) = (next, self.time, totals.figures[.cpuTime])
        self.time = time
        totals.take(sample.figures, isSameRun: isSameRun)
        for (mac, figures) in sample.interfaces {
            interfaces[mac, default: RunningTotal()].take(figures, isSameRun: isSameRun)
        }
        for (device, figures) in sample.disks {
            disks[device, default: RunningTotal()].take(figures, isSameRun: isSameRun)
        }
    }

    /// The share of one processor that the machine used between the last two samples: 2 is two processors.
    package var cpuUse: Double? {
        guard let time, let timeBefore, let cpuTimeBefore, let now = totals.figures[.cpuTime] else { return nil }
        return Double(now.minus(cpuTimeBefore)).share(of: time.timeIntervalSince(timeBefore))
    }
}

extension Double {
    /// Nanoseconds as a share of seconds; `nil` if no time has passed.
    package func share(of seconds: Double) -> Double? { seconds > 0 ? self / 1e9 / seconds : nil }
}
