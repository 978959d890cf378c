import CLibvirt

/// libvirt's statistics of a domain, by names such as `state.state`, `balloon.current`, `net.0.rx.bytes`
/// (`virConnectGetAllDomainStats`).
public struct DomainStatistics: Sendable, Hashable {
    /// Groups of statistics (`virDomainStatsTypes`).
    public struct Groups: OptionSet, Sendable, Hashable {
        /// The C flags.
        public let rawValue: UInt32

        /// Creates options from C flags, also ones without a name here.
        public init(rawValue: UInt32) { self.rawValue = rawValue }

        /// Its state: `state.…`.
        public static let state = Groups(rawValue: UInt32(VIR_DOMAIN_STATS_STATE.rawValue))
        /// The CPU time of all its virtual processors: `cpu.…`.
        public static let cpu = Groups(rawValue: UInt32(VIR_DOMAIN_STATS_CPU_TOTAL.rawValue))
        /// Its virtual processors: `vcpu.…`.
        public static let vcpus = Groups(rawValue: UInt32(VIR_DOMAIN_STATS_VCPU.rawValue))
        /// Its memory: `balloon.…`.
        public static let balloon = Groups(rawValue: UInt32(VIR_DOMAIN_STATS_BALLOON.rawValue))
        /// Its network cards: `net.…`.
        public static let interfaces = Groups(rawValue: UInt32(VIR_DOMAIN_STATS_INTERFACE.rawValue))
        /// Its disks: `block.…`.
        public static let blocks = Groups(rawValue: UInt32(VIR_DOMAIN_STATS_BLOCK.rawValue))
    }

    /// The domain.
    public let identity: DomainIdentity
    /// The values by libvirt's names.
    public let values: [String: TypedValue]

    /// Its state (`state.state`).
    public var state: DomainState? {
        values["state.state"]?.integer.flatMap { Int32(exactly: $0) }.map { DomainState($0) }
    }

    /// The host memory that its process uses, in KiB (`balloon.rss`).
    public var residentKiB: Int64? { values["balloon.rss"]?.integer }

    /// A number, for example `net.0.rx.bytes`; nil where the hypervisor does not report it.
    public func number(_ name: String) -> Int64? { values[name]?.integer }

    /// A text of one element of a group, for example `net.0.name`.
    public func text(_ name: String) -> String? {
        if case .string(let text)? = values[name] { text } else { nil }
    }

    /// The number of elements of a group, for example `net.count`; no more than the values that are present.
    /// - Parameter name: the value's name in the group.
    public func count(_ group: String, _ name: String = "count") -> Int {
        Int(clamping: max(0, min(number("\(group).\(name)") ?? 0, Int64(values.count))))
    }
}

extension Connection {
    /// Statistics of every domain in one call (`virConnectGetAllDomainStats`). For a busy domain it returns only the
    /// values that need no waiting (`VIR_CONNECT_GET_ALL_DOMAINS_STATS_NOWAIT`), where the driver knows the flag.
    /// - Throws: `.noSupport` where the driver does not have it.
    public func statistics(_ groups: DomainStatistics.Groups) async throws(LibvirtError) -> [DomainStatistics] {
        try await perform("virConnectGetAllDomainStats") { connection throws(LibvirtError) in
            try records("virConnectGetAllDomainStats") { records, flags in
                virConnectGetAllDomainStats(connection, groups.rawValue, records, flags)
            }
        }
    }
}

extension Domain {
    /// Statistics of this domain in one call, without waiting for one that is busy (`virDomainListGetStats`).
    /// - Throws: `.noSupport` where the driver does not have it.
    public func statistics(_ groups: DomainStatistics.Groups) async throws(LibvirtError) -> DomainStatistics? {
        try await perform("virDomainListGetStats") { domain throws(LibvirtError) in
            var list: [OpaquePointer?] = [domain, nil]
            return try records("virDomainListGetStats") { records, flags in
                virDomainListGetStats(&list, groups.rawValue, records, flags)
            }.first
        }
    }
}

/// Takes ownership of the answer; repeats the call without the flag where the driver does not know it.
private func records(
    _ call: String,
    _ ask: (UnsafeMutablePointer<UnsafeMutablePointer<virDomainStatsRecordPtr?>?>, UInt32) -> Int32
) throws(LibvirtError) -> [DomainStatistics] {
    var list: UnsafeMutablePointer<virDomainStatsRecordPtr?>?
    var count = ask(&list, UInt32(VIR_CONNECT_GET_ALL_DOMAINS_STATS_NOWAIT.rawValue))
    if count < 0 {
        let error = LibvirtError.last(call)
        guard error.code == .invalidArgument || error.code == .argumentUnsupported else { throw error }
        count = try check(call, ask(&list, 0))
    }
    defer { virDomainStatsRecordListFree(list) }
    var found: [DomainStatistics] = []
    for index in 0..<Int(clamping: max(0, count)) {
        guard let record = list?[index]?.pointee, let domain = record.dom else { continue }
        found.append(
            DomainStatistics(
                identity: try DomainIdentity(domain),
                values: typedValues(record.params, count: record.nparams)))
    }
    return found
}
