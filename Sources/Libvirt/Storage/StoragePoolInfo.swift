import CLibvirt

/// A pool's state and size, in bytes (`virStoragePoolInfo`).
public struct StoragePoolInfo: Sendable, Hashable {
    /// `virStoragePoolState`.
    public enum State: Int32, Sendable, Hashable {
        case inactive = 0
        case building = 1
        case running = 2
        /// Running although a part is missing.
        case degraded = 3
        case inaccessible = 4
    }

    /// The state; nil for one of a later libvirt version.
    public let state: State?
    /// Capacity, in bytes.
    public let capacity: UInt64
    /// Allocated space, in bytes.
    public let allocation: UInt64
    /// Free space for new volumes, in bytes.
    public let available: UInt64

    init(_ info: virStoragePoolInfo) {
        state = State(rawValue: info.state)
        capacity = info.capacity
        allocation = info.allocation
        available = info.available
    }
}
