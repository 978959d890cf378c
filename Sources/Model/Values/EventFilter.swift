/// Which events a reader wants.
package struct EventFilter: Sendable, Equatable, Codable {
    package var host: String?
    package var network: String?
    package var machine: String?
    /// Empty for all kinds.
    package var kinds: Set<HostEvent.Kind> = []

    package init() {}

    package func accepts(_ event: HostEvent) -> Bool {
        (host.map { $0 == event.host } ?? true) && (network.map { $0 == event.network } ?? true)
            && (machine.map { $0 == event.machine } ?? true) && (kinds.isEmpty || kinds.contains(event.kind))
    }
}

/// What a reader of events gets.
package enum EventItem: Sendable, Equatable {
    case event(HostEvent)
    /// Events behind the reader's number are not stored any more; it goes on behind this one.
    case reset(Int64)

    /// The number behind which the reader goes on.
    package var number: Int64 {
        switch self {
        case .event(let event): event.number
        case .reset(let number): number
        }
    }
}
