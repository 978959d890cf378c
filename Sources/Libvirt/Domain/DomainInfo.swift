/// A domain's size and use (`virDomainInfo`).
public struct DomainInfo: Sendable, Hashable {
    /// Its state.
    public let state: DomainState

    /// The most memory it may have, in KiB.
    public let maximumMemoryKiB: UInt64

    /// The memory it has, in KiB.
    public let memoryKiB: UInt64

    /// Number of the guest's virtual processors.
    public let virtualCPUs: Int

    /// Processor time since it started, in nanoseconds.
    public let cpuTimeNanoseconds: UInt64
}
