/// The size of a domain's disk, in bytes (`virDomainBlockInfo`).
public struct BlockInfo: Sendable, Hashable {
    /// The size that the guest sees.
    public let capacity: UInt64
    /// Space that is allocated, without holes.
    public let allocation: UInt64
    /// Length of the file or device on the host.
    public let physical: UInt64
}
