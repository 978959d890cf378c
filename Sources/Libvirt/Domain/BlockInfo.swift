/// The size of a domain's disk, in bytes (`virDomainBlockInfo`).
public struct BlockInfo: Sendable, Hashable {
    /// What the guest sees.
    public let capacity: UInt64
    /// What has been written, holes excluded.
    public let allocation: UInt64
    /// How far the file or device reaches on the host.
    public let physical: UInt64
}
