import CLibvirt

/// The state of a domain (`virDomainState`).
public enum DomainState: Int32, Sendable, Hashable, CaseIterable {
    /// The hypervisor reports none, or one that is newer than this list.
    case noState = 0
    case running = 1
    /// Waits for a resource (Xen: idle).
    case blocked = 2
    case paused = 3
    /// Shutting down.
    case shuttingDown = 4
    case shutOff = 5
    case crashed = 6
    /// Suspended by the guest's own power management.
    case powerSaving = 7

    init(_ number: Int32) {
        self = DomainState(rawValue: number) ?? .noState
    }

    /// Whether the domain holds memory on its host.
    public var isActive: Bool { self != .shutOff && self != .crashed && self != .noState }
}
