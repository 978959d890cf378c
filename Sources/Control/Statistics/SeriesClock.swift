internal import FoundationEssentials
internal import Logging
internal import Model
internal import ServiceLifecycle

/// Writes statistics over time, and the totals of machines, to the archive: once a minute, and at the server's end.
package struct SeriesClock: Sendable {
    private let with: ControlContext
    private let archive: any StatisticsArchive
    private static let period = Duration.seconds(60)
    /// Totals of so many machines are saved at once. Those of others follow: a total that is older continues with the
    /// machine's counters as well, unless the machine has begun another run meanwhile.
    private static let mostTotals = 5000

    package init(_ context: ControlContext, _ archive: any StatisticsArchive) {
        (with, self.archive) = (context, archive)
    }

    /// Takes over the totals of an earlier run of the server.
    package func restore() async {
        do throws(Refusal) {
            let fleet = try await with.store.fleet()
            with.statistics.restore(try await archive.totals().filter { fleet.machine($0.key) != nil })
        } catch {
            with.log.warning("the totals of machines were not read: \(error.reason)")
        }
    }

    /// - Parameter all: everything, at the server's end.
    func write(all: Bool) async {
        let unsaved = with.statistics.unsaved(atMost: all ? .max : Self.mostTotals, at: with.now())
        with.series.forget(unsaved.gone)
        do throws(Refusal) { try await with.series.flush(all: all) } catch { warn(error) }
        do throws(Refusal) {
            try await archive.save(unsaved.totals, gone: unsaved.gone)
        } catch {
            with.statistics.notSaved(unsaved.totals.keys, gone: unsaved.gone)
            warn(error)
        }
    }

    private func tidy() async {
        do throws(Refusal) {
            let (fleet, access) = (try await with.store.fleet(), try await with.store.access())
            try await with.series.tidy(hosts: Set(fleet.hosts.map(\.name)), teams: Set(access.teams.map(\.id)))
        } catch {
            warn(error)
        }
    }

    private func warn(_ error: Refusal) {
        with.log.warning(
            "statistics were not written: \(error.reason)", metadata: ["detail": "\(error.detail ?? "")"])
    }
}

extension SeriesClock: Service {
    package func run() async throws {
        await cancelWhenGracefulShutdown {
            var minutes = 0
            while (try? await Task.sleep(for: Self.period)) != nil {
                await self.write(all: false)
                // After an hour, each object that exists has been read.
                minutes += 1
                if minutes % 60 == 0 { await self.tidy() }
            }
        }
        await write(all: true)
    }
}
