import CLibvirt

extension Domain {
    /// Counters of an interface (`virDomainInterfaceStats`).
    /// - Parameter target: the host's device, or the MAC address where the driver accepts one.
    public func interfaceStatistics(_ target: String) async throws(LibvirtError) -> InterfaceStatistics {
        try checkText("virDomainInterfaceStats", "the interface's name", target)
        return try await perform("virDomainInterfaceStats") { domain throws(LibvirtError) in
            var stats = virDomainInterfaceStatsStruct()
            try check(
                "virDomainInterfaceStats",
                virDomainInterfaceStats(domain, target, &stats, MemoryLayout<virDomainInterfaceStatsStruct>.size))
            return InterfaceStatistics(stats)
        }
    }

    /// Counters of a disk (`virDomainBlockStats`).
    /// - Parameter target: the guest's name for it, for example `vda`; empty for all disks where the driver accepts it.
    public func blockStatistics(_ target: String) async throws(LibvirtError) -> BlockStatistics {
        try checkText("virDomainBlockStats", "the disk's name", target)
        return try await perform("virDomainBlockStats") { domain throws(LibvirtError) in
            var stats = virDomainBlockStatsStruct()
            try check(
                "virDomainBlockStats",
                virDomainBlockStats(domain, target, &stats, MemoryLayout<virDomainBlockStatsStruct>.size))
            return BlockStatistics(stats)
        }
    }

    /// The size of a disk (`virDomainGetBlockInfo`).
    /// - Parameter target: the guest's name for it, or its source's path.
    public func blockInfo(_ target: String) async throws(LibvirtError) -> BlockInfo {
        try checkText("virDomainGetBlockInfo", "the disk's name", target)
        return try await perform("virDomainGetBlockInfo") { domain throws(LibvirtError) in
            var info = virDomainBlockInfo()
            try check("virDomainGetBlockInfo", virDomainGetBlockInfo(domain, target, &info, 0))
            return BlockInfo(capacity: info.capacity, allocation: info.allocation, physical: info.physical)
        }
    }

    /// Progress of the domain's job (`virDomainGetJobInfo`).
    public func jobInfo() async throws(LibvirtError) -> JobInfo {
        try await perform("virDomainGetJobInfo") { domain throws(LibvirtError) in
            var info = virDomainJobInfo()
            try check("virDomainGetJobInfo", virDomainGetJobInfo(domain, &info))
            return JobInfo(info)
        }
    }

    /// Statistics of the last completed job, by libvirt's names (`virDomainGetJobStats`,
    /// `VIR_DOMAIN_JOB_STATS_COMPLETED`); after a migration also on the destination.
    public func completedJob() async throws(LibvirtError) -> [String: TypedValue] {
        try await jobStatistics(UInt32(VIR_DOMAIN_JOB_STATS_COMPLETED.rawValue))
    }

    /// Progress of the domain's job, by libvirt's names (`VIR_DOMAIN_JOB_…`): more than ``jobInfo()`` has, where the
    /// driver reports it.
    public func job() async throws(LibvirtError) -> [String: TypedValue] { try await jobStatistics(0) }

    private func jobStatistics(_ flags: UInt32) async throws(LibvirtError) -> [String: TypedValue] {
        try await perform("virDomainGetJobStats") { domain throws(LibvirtError) in
            var (kind, count): (Int32, Int32) = (0, 0)
            var parameters: virTypedParameterPtr?
            try check("virDomainGetJobStats", virDomainGetJobStats(domain, &kind, &parameters, &count, flags))
            return TypedParameters(taking: parameters, count: count).values
        }
    }

    /// Cancels the domain's job (`virDomainAbortJob`), for example a migration, whose call then throws
    /// `.operationAborted`.
    public func abortJob() async throws(LibvirtError) {
        try await perform("virDomainAbortJob") { virDomainAbortJob($0) }
    }
}
