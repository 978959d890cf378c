internal import FoundationEssentials
internal import Model
internal import ServiceLifecycle

/// Reads the figures of each host that answers, once in a period. A host that is slow delays no other, and is not read
/// again before it has answered (``StatisticsBook``).
package struct Sampler: Sendable {
    private let statistics: Statistics
    private let period: Duration

    /// - Parameter period: zero: nothing is read before it is requested.
    package init(statistics: Statistics, period: Duration) {
        self.statistics = statistics
        self.period = period
    }
}

extension Sampler: Service {
    package func run() async throws {
        guard period > .zero else {
            try? await gracefulShutdown()
            return
        }
        await cancelWhenGracefulShutdown {
            await withDiscardingTaskGroup { group in
                var last = ContinuousClock.now
                while !Task.isCancelled {
                    for host in await statistics.hostsThatAnswer() {
                        // At random times of the period, so that hosts are not all read together.
                        let pause = period * Double.random(in: 0..<1)
                        group.addTask {
                            guard (try? await Task.sleep(for: pause)) != nil else { return }
                            await statistics.sample(host)
                        }
                    }
                    let now = ContinuousClock.now
                    await statistics.sampleTeams(seconds: last.duration(to: now) / .seconds(1))
                    last = now
                    try? await Task.sleep(for: period)
                }
            }
        }
    }
}
