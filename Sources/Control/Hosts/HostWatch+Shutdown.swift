package import FoundationEssentials
internal import Logging
internal import Model

/// Handles hosts that were shut down on purpose: they are not lost, and count as up again as soon as they answer.
extension HostWatch {
    /// Sets the condition of a host that was shut down to `down`, whichever caller finds out first that it is gone, and
    /// waits until the event is recorded.
    ///
    /// - Returns: since when the host is down on purpose; `nil` for a host that was not shut down.
    @discardableResult
    package func wentDown(_ name: String) async -> Date? {
        guard let host = await recorded(name), let mark = host.shutDown else { return nil }
        if let report = reports[name] {
            await report.value
            return mark.since
        }
        let isNews = condition(of: name)?.state != .down
        var down = host
        down.shutDown?.isDown = true
        setCondition(HostCondition(.down, since: mark.since, why: down.absence), name)
        guard isNews else { return mark.since }
        let report = Task { await self.reportDown(name) }
        reports[name] = report
        await report.value
        reports[name] = nil
        return mark.since
    }

    private func reportDown(_ name: String) async {
        await doubt(linksOn: name)
        log.notice("host is down on purpose", metadata: ["host": "\(name)"])
        await note([
            HostEvent(
                .hostShutDown, host: name, words: "host '\(name)' is down: it was shut down on purpose", time: now())
        ])
        // Recorded after the event: if the server ends in between, the event is reported twice, and not lost.
        await record([.wentDown(host: name)], name)
    }

    /// Removes the shutdown mark of a host that answers, and the maintenance that the shutdown set, unless the host is
    /// still shutting down.
    ///
    /// - Returns: events to report after the event that the host is up.
    func clearShutdown(of host: Host) async -> [HostEvent] {
        guard let mark = await recorded(host.name)?.shutDown else { return [] }
        if await isBeingShutDown(host.name) {
            // The same boot, or one that cannot be identified: the operation will report the outcome.
            guard let boot = try? await hypervisor.boot(of: host), boot != mark.boot else { return [] }
        }
        let lifts = mark.liftsMaintenance
        await record(
            (lifts ? [.setMaintenance(host: host.name, since: nil)] : []) + [.setShutdown(host: host.name, nil)],
            host.name)
        guard lifts else { return [] }
        let words = "host '\(host.name)' is back and accepts new machines again"
        return [HostEvent(.hostMaintenance, host: host.name, words: words, time: now())]
    }

    private func recorded(_ name: String) async -> Host? {
        try? await store.fleet().hosts.first { $0.name == name }
    }

    private func isBeingShutDown(_ name: String) async -> Bool {
        ((try? await store.unfinished()) ?? []).contains { operation in
            operation.isInProgress && operation.shutsHostDown && operation.subject == .host(name: name)
        }
    }

    func record(_ changes: [RecordChange], _ name: String) async {
        do throws(Refusal) {
            try await store.apply(changes)
        } catch {
            log.error("a host's state could not be recorded: \(error.reason)", metadata: ["host": "\(name)"])
        }
    }
}
