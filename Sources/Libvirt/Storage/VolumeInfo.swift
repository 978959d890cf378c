/// A volume's size, in bytes (`virStorageVolInfo`).
public struct VolumeInfo: Sendable, Hashable {
    /// What a guest sees.
    public let capacity: UInt64
    /// What it takes on the host.
    public let allocation: UInt64
}
