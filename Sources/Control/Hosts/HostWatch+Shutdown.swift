package import FoundationEssentials
internal import Logging
internal import Model

/// Hosts that were shut down on purpose: they are not lost, and are up again as soon as they answer.
extension HostWatch {
    /// Takes note that a host that was shut down is gone, whoever found it first.
    ///
    /// - Returns: since when it is down on purpose; `nil` for a host that is not.
    @discardableResult
    package func wentDown(_ name: String) async -> Date? {
        guard let host = await recorded(name), let mark = host.shutDown else { return nil }
        let isNews = condition(of: name)?.state != .down
        var down = host
        down.shutDown?.isDown = true
        become(HostCondition(.down, since: mark.since, why: down.absence), name)
        guard isNews else { return mark.since }
        await doubt(linksOn: name)
        log.notice("host is down on purpose", metadata: ["host": "\(name)"])
        await note([
            HostEvent(
                .hostShutDown, host: name, words: "host '\(name)' is down: it was shut down on purpose", time: now())
        ])
        // After the event: what ends in between is told once more, and not never.
        await record([.wentDown(host: name)], name)
        return mark.since
    }

    /// A host answers: its mark goes, and the maintenance that came with it, unless it is still on its way down.
    ///
    /// - Returns: what is to be told of it, once it is told that the host is up.
    func takeBack(_ host: Host) async -> [HostEvent] {
        guard let mark = await recorded(host.name)?.shutDown else { return [] }
        if await isBeingShutDown(host.name) {
            // The same run of it, or nobody can tell: the operation says what comes of it.
            guard let boot = try? await hypervisor.boot(of: host), boot != mark.boot else { return [] }
        }
        let lifts = mark.liftsMaintenance
        await record(
            (lifts ? [.setMaintenance(host: host.name, since: nil)] : []) + [.setShutdown(host: host.name, nil)],
            host.name)
        guard lifts else { return [] }
        let words = "host '\(host.name)' is back and takes new machines again"
        return [HostEvent(.hostMaintenance, host: host.name, words: words, time: now())]
    }

    private func recorded(_ name: String) async -> Host? {
        try? await store.fleet().hosts.first { $0.name == name }
    }

    private func isBeingShutDown(_ name: String) async -> Bool {
        ((try? await store.unfinished()) ?? []).contains { operation in
            operation.goesOn && operation.switchesOff && operation.subject == .host(name: name)
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
