import CLibvirt

/// How far a domain's long-running job (migration, save) is (`virDomainJobInfo`).
public struct JobInfo: Sendable, Hashable {
    /// What kind of job (`virDomainJobType`).
    public enum Kind: Int32, Sendable, Hashable {
        case none = 0
        /// With a time that remains.
        case bounded = 1
        case unbounded = 2
        case completed = 3
        case failed = 4
        case cancelled = 5
    }

    /// What kind of job.
    public let kind: Kind
    /// In ms.
    public let elapsedMilliseconds: UInt64
    /// In ms; only for `.bounded`.
    public let remainingMilliseconds: UInt64
    /// Bytes of memory, disk and all the rest together.
    public let totalBytes: UInt64
    /// Bytes done.
    public let processedBytes: UInt64
    /// Bytes to go.
    public let remainingBytes: UInt64

    init(_ info: virDomainJobInfo) {
        kind = Kind(rawValue: info.type) ?? .none
        elapsedMilliseconds = info.timeElapsed
        remainingMilliseconds = info.timeRemaining
        totalBytes = info.dataTotal
        processedBytes = info.dataProcessed
        remainingBytes = info.dataRemaining
    }
}
