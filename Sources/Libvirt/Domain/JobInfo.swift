import CLibvirt

/// Progress of a domain's long job, such as a migration or a save (`virDomainJobInfo`).
public struct JobInfo: Sendable, Hashable {
    /// Kind of a job (`virDomainJobType`).
    public enum Kind: Int32, Sendable, Hashable {
        case none = 0
        /// With an estimate of the remaining time.
        case bounded = 1
        case unbounded = 2
        case completed = 3
        case failed = 4
        case cancelled = 5
    }

    /// Kind of the job.
    public let kind: Kind
    /// Time since its start, in ms.
    public let elapsedMilliseconds: UInt64
    /// Estimate of the remaining time, in ms; only for `.bounded`.
    public let remainingMilliseconds: UInt64
    /// Bytes of memory, disk and everything else together.
    public let totalBytes: UInt64
    /// Bytes done.
    public let processedBytes: UInt64
    /// Bytes that remain.
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
