import CLibvirt

/// A lifecycle event of a domain (`VIR_DOMAIN_EVENT_ID_LIFECYCLE`).
public struct DomainEvent: Sendable, Hashable {
    /// Kinds of events (`virDomainEventType`).
    public enum Kind: Int32, Sendable, Hashable, CaseIterable {
        case defined = 0
        case undefined = 1
        case started = 2
        case suspended = 3
        case resumed = 4
        case stopped = 5
        case shutdown = 6
        case powerSaving = 7
        case crashed = 8
    }

    /// The domain.
    public let domain: DomainIdentity

    /// The kind of the event; nil for one of a later libvirt version.
    public let kind: Kind?

    /// The cause; its meaning depends on the kind, for example `virDomainEventStoppedDetailType`.
    public let detail: Int

    init?(_ domain: OpaquePointer?, event: Int32, detail: Int32) {
        guard let domain, let identity = try? DomainIdentity(domain) else { return nil }
        self.domain = identity
        kind = Kind(rawValue: event)
        self.detail = Int(clamping: detail)
    }
}
