internal import Control
internal import FoundationEssentials
internal import Libvirt
package import Model

extension LibvirtHosts {
    package nonisolated func attend(
        _ host: Host, _ report: @escaping @Sendable (HostSignal) async -> Void
    ) async throws(Refusal) {
        let session = await session(host)
        while try await reportEvents(of: host, over: session, report) {}
    }

    /// Reports the host's events until the connection ends.
    ///
    /// - Returns: whether to open a new connection immediately: VMS closed this one itself, since a call hangs. A
    ///   connection that was closed because the host's registration changed is no loss either; the watch attends the
    ///   new one.
    private nonisolated func reportEvents(
        of host: Host, over session: HostSession, _ report: @escaping @Sendable (HostSignal) async -> Void
    ) async throws(Refusal) -> Bool {
        let opened = try await session.opened(patience: nil)
        do {
            let events = try await opened.connection.lifecycleEvents()
            await report(.connected)
            for await event in events {
                let id = MachineID(event.domain.uuid.uuidString)
                await report(.machine(id, name: event.domain.name, MachineChange(event)))
            }
        } catch {
            throw Refusal(error).at(host: host.name)
        }
        guard !Task.isCancelled else { return false }
        guard let reason = opened.connection.closed.reason, reason != .client else {
            return await isCurrent(session, of: host)
        }
        throw Refusal(
            .hostUnreachable, "host '\(host.name)' does not answer any more: the connection was lost (\(reason))",
            host: host.name)
    }
}

extension MachineChange {
    /// Detail 2 of a stop is `VIR_DOMAIN_EVENT_STOPPED_CRASHED`. Events that a migration causes on its two hosts
    /// (`VIR_DOMAIN_EVENT_…_MIGRATED`: detail 1, or 3 for a stop) are not changes that the machine made by itself.
    init(_ event: DomainEvent) {
        self =
            switch event.kind {
            case .started where event.detail == 1: .arriving
            case .suspended where event.detail == 1, .resumed where event.detail == 1: .other
            case .stopped where event.detail == 3: .movedAway
            case .defined: .defined
            case .undefined: .undefined
            case .started: .started
            case .suspended: .paused
            case .resumed: .resumed
            case .stopped: event.detail == 2 ? .crashed : .stopped
            case .crashed: .crashed
            case .shutdown, .powerSaving, nil: .other
            }
    }
}
