import CLibvirt
import Glibc

extension Domain {
    /// Variants of a domain's description (`virDomainXMLFlags`).
    public struct XMLOptions: OptionSet, Sendable, Hashable {
        /// The C flags.
        public let rawValue: UInt32

        /// Creates options from C flags, also ones without a name here.
        public init(rawValue: UInt32) {
            self.rawValue = rawValue
        }

        /// With passwords. Refused on a read-only connection.
        public static let secure = XMLOptions(rawValue: UInt32(VIR_DOMAIN_XML_SECURE.rawValue))
        /// For the next start.
        public static let inactive = XMLOptions(rawValue: UInt32(VIR_DOMAIN_XML_INACTIVE.rawValue))
        /// For a migration to another host.
        public static let migratable = XMLOptions(rawValue: UInt32(VIR_DOMAIN_XML_MIGRATABLE.rawValue))
    }

    /// The domain's state, and the hypervisor's reason, whose meaning depends on the state (`virDomainGetState`).
    public func state() async throws(LibvirtError) -> (state: DomainState, reason: Int) {
        try await perform("virDomainGetState") { domain throws(LibvirtError) in
            var state: Int32 = 0
            var reason: Int32 = 0
            try check("virDomainGetState", virDomainGetState(domain, &state, &reason, 0))
            return (DomainState(state), Int(clamping: reason))
        }
    }

    /// Size and use (`virDomainGetInfo`).
    public func info() async throws(LibvirtError) -> DomainInfo {
        try await perform("virDomainGetInfo") { domain throws(LibvirtError) in
            var info = virDomainInfo()
            try check("virDomainGetInfo", virDomainGetInfo(domain, &info))
            return DomainInfo(
                state: DomainState(Int32(clamping: info.state)), maximumMemoryKiB: UInt64(clamping: info.maxMem),
                memoryKiB: UInt64(clamping: info.memory), virtualCPUs: Int(clamping: info.nrVirtCpu),
                cpuTimeNanoseconds: info.cpuTime)
        }
    }

    /// The maximum of virtual processors: of a running domain, what it can get without a restart; otherwise the
    /// hypervisor's limit for its type (`virDomainGetMaxVcpus`).
    public func maximumVirtualCPUs() async throws(LibvirtError) -> Int {
        try await perform("virDomainGetMaxVcpus") { domain throws(LibvirtError) in
            Int(clamping: try check("virDomainGetMaxVcpus", virDomainGetMaxVcpus(domain)))
        }
    }

    /// The description (`virDomainGetXMLDesc`).
    public func xml(_ options: XMLOptions = []) async throws(LibvirtError) -> String {
        try await perform("virDomainGetXMLDesc") { domain throws(LibvirtError) in
            try take("virDomainGetXMLDesc", virDomainGetXMLDesc(domain, options.rawValue))
        }
    }

    /// The current identity, with the number of a running domain (`virDomainGetID`).
    public func identity() async throws(LibvirtError) -> DomainIdentity {
        try await perform("virDomainGetID") { domain throws(LibvirtError) in try DomainIdentity(domain) }
    }

    /// Whether it runs, paused included (`virDomainIsActive`).
    public func isActive() async throws(LibvirtError) -> Bool {
        try await perform("virDomainIsActive") { domain throws(LibvirtError) in
            try check("virDomainIsActive", virDomainIsActive(domain)) == 1
        }
    }

    /// Whether it is defined (`virDomainIsPersistent`).
    public func isPersistent() async throws(LibvirtError) -> Bool {
        try await perform("virDomainIsPersistent") { domain throws(LibvirtError) in
            try check("virDomainIsPersistent", virDomainIsPersistent(domain)) == 1
        }
    }

    /// The kind of guest, for example `hvm`, `xen` or `linux` (`virDomainGetOSType`).
    public func osType() async throws(LibvirtError) -> String {
        try await perform("virDomainGetOSType") { domain throws(LibvirtError) in
            try take("virDomainGetOSType", virDomainGetOSType(domain))
        }
    }
}
