import CLibvirt

/// Counters of a domain's disk since the domain started (`virDomainBlockStatsStruct`); nil where the hypervisor does
/// not count.
public struct BlockStatistics: Sendable, Hashable {
    /// Reads.
    public let readRequests: Int64?
    /// Bytes read.
    public let readBytes: Int64?
    /// Writes.
    public let writeRequests: Int64?
    /// Bytes written.
    public let writtenBytes: Int64?
    /// Errors of reads and writes together.
    public let errors: Int64?

    init(_ stats: virDomainBlockStatsStruct) {
        readRequests = counted(stats.rd_req)
        readBytes = counted(stats.rd_bytes)
        writeRequests = counted(stats.wr_req)
        writtenBytes = counted(stats.wr_bytes)
        errors = counted(stats.errs)
    }
}
