package import FoundationEssentials

/// A host's last sample, with what follows from it and the one before.
package struct HostStatistics: Sendable, Equatable {
    package let time: Date
    package let figures: Figures<HostFigure>
    package let pools: [HostSample.Pool]
    /// Number of machines that run.
    package let running: Int
    /// The share of all its processors in use between the last two samples, from 0 to 1.
    package let cpuUse: Double?

    package init(_ sample: HostSample, at time: Date, after before: HostStatistics? = nil) {
        self.time = time
        figures = sample.figures
        pools = sample.pools
        running = sample.machines.values.count { $0.run != nil }
        cpuUse = before.flatMap { before in
            Self.use(from: before.figures, to: sample.figures, seconds: time.timeIntervalSince(before.time))
        }
    }

    /// The values that are kept over time.
    package var values: SeriesValues {
        SeriesValues([
            .cpuUse: cpuUse,
            .memoryUsed: figures[.memory].flatMap { all in
                figures[.memoryAvailable].map { Double(max(0, all.minus($0))) }
            },
        ])
    }

    private static func use(
        from old: Figures<HostFigure>, to new: Figures<HostFigure>, seconds: Double
    ) -> Double? {
        func growth(_ name: HostFigure) -> Int64? {
            guard let (before, now) = old[name].flatMap({ before in new[name].map { (before, $0) } }), now >= before
            else { return nil }
            return now.minus(before)
        }
        if let idle = growth(.cpuIdle), let user = growth(.cpuUser), let system = growth(.cpuSystem) {
            let busy = Double(user.plus(system))
            let all = busy + Double(idle.plus(growth(.cpuWait) ?? 0))
            return all > 0 ? busy / all : nil
        }
        guard let machines = growth(.cpuMachines), let cpus = new[.cpus], cpus > 0 else { return nil }
        return Double(machines).share(of: seconds * Double(cpus)).map { min($0, 1) }
    }
}
