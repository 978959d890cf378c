internal import FoundationEssentials
internal import Model
internal import ServiceLifecycle

/// Reads the figures of each host that answers, once in a period. A host that is slow delays no other, and is not read
/// again before it has answered.
package actor Sampler {
    private let statistics: Statistics
    private let period: Duration
    private var inWork: Set<String> = []

    /// - Parameter period: zero: nothing is read before it is requested.
    package init(statistics: Statistics, period: Duration) {
        self.statistics = statistics
        self.period = period
    }

    private func sample(_ host: Host, after pause: Duration) async {
        guard inWork.insert(host.name).inserted else { return }
        defer { inWork.remove(host.name) }
        guard (try? await Task.sleep(for: pause)) != nil else { return }
        await statistics.sample(host)
    }
}

extension Sampler: Service {
    package func run() async throws {
        guard period > .zero else {
            try? await gracefulShutdown()
            return
        }
        let period = period
        await cancelWhenGracefulShutdown {
            await withDiscardingTaskGroup { group in
                while !Task.isCancelled {
                    for host in await self.statistics.hostsThatAnswer() {
                        // At random times of the period, so that hosts are not all read together.
                        let pause = period * Double.random(in: 0..<1)
                        group.addTask { await self.sample(host, after: pause) }
                    }
                    try? await Task.sleep(for: period)
                }
            }
        }
    }
}
