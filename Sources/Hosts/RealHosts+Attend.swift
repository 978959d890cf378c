internal import Control
internal import FoundationEssentials
internal import Libvirt
package import Model

extension RealHosts {
    package nonisolated func attend(
        _ node: Node, _ told: @escaping @Sendable (HostSignal) async -> Void
    ) async throws(Refusal) {
        let opened = try await session(node).opened(patience: nil)
        do {
            let events = try await opened.connection.lifecycleEvents()
            await told(.connected)
            for await event in events {
                let id = MachineID(event.domain.uuid.uuidString)
                await told(.machine(id, name: event.domain.name, MachineChange(event)))
            }
        } catch {
            throw Refusal(error).at(node: node.name)
        }
        guard !Task.isCancelled else { return }
        let why = opened.connection.closed.reason.map { "\($0)" } ?? "a call hangs"
        throw Refusal(
            .nodeUnreachable, "host '\(node.name)' does not answer any more: the connection was lost (\(why))",
            node: node.name)
    }
}

extension MachineChange {
    /// `VIR_DOMAIN_EVENT_STOPPED_CRASHED` is 2.
    init(_ event: DomainEvent) {
        self =
            switch event.kind {
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
