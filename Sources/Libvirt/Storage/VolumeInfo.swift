/// A volume's size, in bytes (`virStorageVolInfo`).
public struct VolumeInfo: Sendable, Hashable {
    /// The size that a guest sees.
    public let capacity: UInt64
    /// The space it uses on the host.
    public let allocation: UInt64
}
