package import FoundationEssentials

/// A machine's statistics over all its runs, on whatever hosts.
package struct MachineTotals: Sendable, Equatable {
    /// The host and the run of the last sample, by which a new run is noticed.
    private struct Source: Sendable, Equatable, Codable {
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

extension MachineTotals: Codable {}

extension MachineTotals {
    /// Its values between an earlier sample and this one; none without time between them.
    package func values(since before: MachineTotals?) -> SeriesValues {
        guard let before, let seconds = seconds(since: before) else { return SeriesValues() }
        let figures = totals.figures
        var values = SeriesValues()
        values[.cpuUse] = growth(.cpuTime, totals, before.totals).map { $0 / 1e9 / seconds }
        values[.memoryUsed] = (figures[.memoryUsed] ?? figures[.memoryResident]).map { Double($0) }
        func rate<Name, Key>(
            _ name: Name, _ now: [Key: RunningTotal<Name>], _ old: [Key: RunningTotal<Name>]
        ) -> Double? {
            let growths = now.compactMap { key, total in old[key].flatMap { growth(name, total, $0) } }
            return growths.isEmpty ? nil : growths.reduce(0, +) / seconds
        }
        values[.received] = rate(.receivedBytes, interfaces, before.interfaces)
        values[.sent] = rate(.sentBytes, interfaces, before.interfaces)
        values[.read] = rate(.readBytes, disks, before.disks)
        values[.written] = rate(.writtenBytes, disks, before.disks)
        return values
    }

    /// The values of its network cards between an earlier sample and this one.
    package func cardValues(since before: MachineTotals?) -> [MACAddress: SeriesValues] {
        guard let before, let seconds = seconds(since: before) else { return [:] }
        return interfaces.reduce(into: [:]) { values, entry in
            guard let old = before.interfaces[entry.key] else { return }
            values[entry.key] = SeriesValues([
                .received: growth(.receivedBytes, entry.value, old).map { $0 / seconds },
                .sent: growth(.sentBytes, entry.value, old).map { $0 / seconds },
            ])
        }
    }

    private func seconds(since before: MachineTotals) -> Double? {
        guard let time, let old = before.time, time > old else { return nil }
        return time.timeIntervalSince(old)
    }

    private func growth<Name>(_ name: Name, _ now: RunningTotal<Name>, _ old: RunningTotal<Name>) -> Double? {
        guard let value = now.figures[name], let before = old.figures[name] else { return nil }
        return Double(max(0, value.minus(before)))
    }
}

extension Double {
    /// Nanoseconds as a share of seconds; `nil` if no time has passed.
    package func share(of seconds: Double) -> Double? { seconds > 0 ? self / 1e9 / seconds : nil }
}
