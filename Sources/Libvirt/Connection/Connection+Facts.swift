import CLibvirt

extension Connection {
    /// The host's own name (`virConnectGetHostname`).
    public func hostName() async throws(LibvirtError) -> String {
        try await perform("virConnectGetHostname") { connection throws(LibvirtError) in
            try take("virConnectGetHostname", virConnectGetHostname(connection))
        }
    }

    /// The driver: `QEMU`, `Xen`, `TEST` … (`virConnectGetType`).
    public func driverType() async throws(LibvirtError) -> String {
        try await perform("virConnectGetType") { connection throws(LibvirtError) in
            guard let type = virConnectGetType(connection) else { throw LibvirtError.last("virConnectGetType") }
            return String(cString: type)
        }
    }

    /// The version of libvirt on the host (`virConnectGetLibVersion`).
    public func libVersion() async throws(LibvirtError) -> Version {
        try await version("virConnectGetLibVersion") { virConnectGetLibVersion($0, $1) }
    }

    /// The version of the hypervisor (`virConnectGetVersion`).
    public func hypervisorVersion() async throws(LibvirtError) -> Version {
        try await version("virConnectGetVersion") { virConnectGetVersion($0, $1) }
    }

    /// The host's size (`virNodeGetInfo`).
    public func nodeInfo() async throws(LibvirtError) -> NodeInfo {
        try await perform("virNodeGetInfo") { connection throws(LibvirtError) in
            var info = virNodeInfo()
            try check("virNodeGetInfo", virNodeGetInfo(connection, &info))
            return NodeInfo(
                model: withUnsafeBytes(of: &info.model) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) },
                memoryKiB: UInt64(clamping: info.memory), cpus: Int(clamping: info.cpus), mhz: Int(clamping: info.mhz),
                nodes: Int(clamping: info.nodes),
                sockets: Int(clamping: info.sockets), cores: Int(clamping: info.cores),
                threads: Int(clamping: info.threads))
        }
    }

    /// The host's free memory, in bytes (`virNodeGetFreeMemory`).
    public func freeMemory() async throws(LibvirtError) -> UInt64 {
        try await perform("virNodeGetFreeMemory") { connection throws(LibvirtError) in
            let bytes = virNodeGetFreeMemory(connection)
            guard bytes > 0 else { throw LibvirtError.last("virNodeGetFreeMemory") }
            return bytes
        }
    }

    /// The host kernel's memory statistics, in KiB, by libvirt's names such as `free`, `buffers`, `cached`
    /// (`virNodeGetMemoryStats`).
    public func memoryStatistics() async throws(LibvirtError) -> [String: UInt64] {
        try await perform("virNodeGetMemoryStats") { connection throws(LibvirtError) in
            let all = VIR_NODE_MEMORY_STATS_ALL_CELLS.rawValue
            var count: Int32 = 0
            try check("virNodeGetMemoryStats", virNodeGetMemoryStats(connection, all, nil, &count, 0))
            guard count > 0 else { return [:] }
            var found = [virNodeMemoryStats](repeating: virNodeMemoryStats(), count: Int(clamping: count))
            try check("virNodeGetMemoryStats", virNodeGetMemoryStats(connection, all, &found, &count, 0))
            let values = found.prefix(Int(clamping: max(0, count))).map { one in
                let name = withUnsafeBytes(of: one.field) {
                    String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
                }
                return (name, UInt64(clamping: one.value))
            }
            return Dictionary(values) { first, _ in first }
        }
    }

    /// CPU time of all processors of the host since its start, in ns, by libvirt's names such as `user`, `kernel`,
    /// `idle`, `iowait` (`virNodeGetCPUStats`).
    /// - Throws: `.noSupport` where the driver does not have it.
    public func cpuStatistics() async throws(LibvirtError) -> [String: UInt64] {
        try await perform("virNodeGetCPUStats") { connection throws(LibvirtError) in
            let all = VIR_NODE_CPU_STATS_ALL_CPUS.rawValue
            var count: Int32 = 0
            try check("virNodeGetCPUStats", virNodeGetCPUStats(connection, all, nil, &count, 0))
            guard count > 0 else { return [:] }
            var found = [virNodeCPUStats](repeating: virNodeCPUStats(), count: Int(clamping: count))
            try check("virNodeGetCPUStats", virNodeGetCPUStats(connection, all, &found, &count, 0))
            let values = found.prefix(Int(clamping: max(0, count))).map { one in
                let name = withUnsafeBytes(of: one.field) {
                    String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
                }
                return (name, UInt64(clamping: one.value))
            }
            return Dictionary(values) { first, _ in first }
        }
    }

    /// The capabilities of the host, as XML (`virConnectGetCapabilities`).
    public func capabilitiesXML() async throws(LibvirtError) -> String {
        try await perform("virConnectGetCapabilities") { connection throws(LibvirtError) in
            try take("virConnectGetCapabilities", virConnectGetCapabilities(connection))
        }
    }

    /// The driver's own URI (`virConnectGetURI`).
    public func uri() async throws(LibvirtError) -> String {
        try await perform("virConnectGetURI") { connection throws(LibvirtError) in
            try take("virConnectGetURI", virConnectGetURI(connection))
        }
    }

    private func version(
        _ call: String, _ get: @escaping @Sendable (OpaquePointer, UnsafeMutablePointer<UInt>) -> Int32
    ) async throws(LibvirtError) -> Version {
        try await perform(call) { connection throws(LibvirtError) in
            var number: UInt = 0
            try check(call, get(connection, &number))
            return Version(number: number)
        }
    }
}
