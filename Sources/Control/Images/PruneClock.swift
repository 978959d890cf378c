package import Logging
internal import Model
internal import ServiceLifecycle

/// Periodically sweeps every host, if the server's settings say so.
///
/// It does not react to events: a sweep reads everything anew, and none is urgent.
package actor PruneClock {
    private let pruning: ImagePruning
    private let hosts: HostRegistry
    private let log: Logger
    private let first: Duration
    private let pause: Duration

    /// - Parameters:
    ///   - first: time from the server's start to the first round.
    ///   - pause: time between two rounds.
    package init(
        pruning: ImagePruning, hosts: HostRegistry, log: Logger, first: Duration = .seconds(600),
        pause: Duration = .seconds(3600)
    ) {
        self.pruning = pruning
        self.hosts = hosts
        self.log = log
        self.first = first
        self.pause = pause
    }

    /// Prunes the hosts that answer and are not in maintenance, one after the other.
    package func round() async {
        do throws(Refusal) {
            for line in try await hosts.registered() where line.condition?.state == .up && line.host.maintenance == nil
            {
                await prune(line.host.name)
            }
        } catch {
            log.error("the hosts could not be read: \(error.reason)")
        }
    }

    /// Prunes one host. A failure is logged and does not affect other hosts.
    private func prune(_ host: String) async {
        guard !Task.isCancelled else { return }
        do throws(Refusal) {
            _ = try await pruning.prune(host)
        } catch {
            log.warning("host was not swept: \(error.reason)", metadata: ["host": "\(host)"])
        }
    }
}

extension PruneClock: Service {
    package func run() async throws {
        guard !pruning.policy.isOff else {
            try? await gracefulShutdown()
            return
        }
        await cancelWhenGracefulShutdown {
            try? await Task.sleep(for: self.first)
            while !Task.isCancelled {
                await self.round()
                try? await Task.sleep(for: self.pause)
            }
        }
    }
}
