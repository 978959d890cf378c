internal import Control
internal import FoundationEssentials
internal import Libvirt
package import Model

extension LibvirtHosts {
    package nonisolated func attend(
        _ host: Host, _ told: @escaping @Sendable (HostSignal) async -> Void
    ) async throws(Refusal) {
        let session = await session(host)
        while try await stays(with: host, by: session, told) {}
    }

    /// Until the connection ends.
    ///
    /// - Returns: whether another is to be opened at once: this one we gave up ourselves, since a call hangs. One that was
    ///   closed since the host is registered otherwise now is no loss either; the watch attends it anew.
    private nonisolated func stays(
        with host: Host, by session: HostSession, _ told: @escaping @Sendable (HostSignal) async -> Void
    ) async throws(Refusal) -> Bool {
        let opened = try await session.opened(patience: nil)
        do {
            let events = try await opened.connection.lifecycleEvents()
            await told(.connected)
            for await event in events {
                let id = MachineID(event.domain.uuid.uuidString)
                await told(.machine(id, name: event.domain.name, MachineChange(event)))
            }
        } catch {
            throw Refusal(error).at(host: host.name)
        }
        guard !Task.isCancelled else { return false }
        guard let why = opened.connection.closed.reason, why != .client else {
            return await isCurrent(session, of: host)
        }
        throw Refusal(
            .hostUnreachable, "host '\(host.name)' does not answer any more: the connection was lost (\(why))",
            host: host.name)
    }
}

extension MachineChange {
    /// `VIR_DOMAIN_EVENT_STOPPED_CRASHED` is 2. What a migration does to a machine on both of its hosts
    /// (`VIR_DOMAIN_EVENT_…_MIGRATED`, 1 and for one that stopped 3) is not what it does by itself.
    init(_ event: DomainEvent) {
        self =
            switch event.kind {
            case .started where event.detail == 1, .suspended where event.detail == 1, .resumed where event.detail == 1:
                .other
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
