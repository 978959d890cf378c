/// A domain's size and what it has used (`virDomainInfo`).
public struct DomainInfo: Sendable, Hashable {
    /// What it does.
    public let state: DomainState

    /// What it may have at most, in KiB.
    public let maximumMemoryKiB: UInt64

    /// What it has, in KiB.
    public let memoryKiB: UInt64

    /// How many processors the guest has.
    public let virtualCPUs: Int

    /// Processor time since it started, in nanoseconds.
    public let cpuTimeNanoseconds: UInt64
}
