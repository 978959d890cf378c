import CLibvirt

extension Domain {
    /// The XML element that is stored under `namespace` (`virDomainGetMetadata`); nil when there is none.
    public func metadata(_ namespace: String, scope: Scope = .current) async throws(LibvirtError) -> String? {
        try checkText("virDomainGetMetadata", "the metadata's namespace", namespace)
        do throws(LibvirtError) {
            return try await perform("virDomainGetMetadata") { domain throws(LibvirtError) in
                let kind = Int32(VIR_DOMAIN_METADATA_ELEMENT.rawValue)
                let flags = try scope.flags(for: domain)
                return try take("virDomainGetMetadata", virDomainGetMetadata(domain, kind, namespace, flags))
            }
        } catch LibvirtError.Code.noDomainMetadata {
            return nil
        }
    }

    /// Stores an XML element under `namespace`, or removes the present one (`virDomainSetMetadata`).
    /// - Parameters:
    ///   - xml: one element without prefix; nil removes it.
    ///   - prefix: for the element in the domain's description.
    public func setMetadata(
        _ xml: String?, namespace: String, prefix: String, scope: Scope = .everywhere
    ) async throws(LibvirtError) {
        try checkText("virDomainSetMetadata", "the metadata", "\(xml ?? "")\(namespace)\(prefix)")
        _ = try await perform("virDomainSetMetadata") { domain throws(LibvirtError) in
            try scope.apply("virDomainSetMetadata", to: domain) { flags in
                let kind = Int32(VIR_DOMAIN_METADATA_ELEMENT.rawValue)
                return virDomainSetMetadata(domain, kind, xml, xml == nil ? nil : prefix, namespace, flags)
            }
        }
    }

    /// Whether it starts with the host (`virDomainGetAutostart`).
    public func autostart() async throws(LibvirtError) -> Bool {
        try await perform("virDomainGetAutostart") { domain throws(LibvirtError) in
            var autostart: Int32 = 0
            try check("virDomainGetAutostart", virDomainGetAutostart(domain, &autostart))
            return autostart != 0
        }
    }

    /// Sets whether it starts with the host (`virDomainSetAutostart`).
    public func setAutostart(_ autostart: Bool) async throws(LibvirtError) {
        try await perform("virDomainSetAutostart") { virDomainSetAutostart($0, autostart ? 1 : 0) }
    }

    /// Sets its memory, in KiB, up to its maximum (`virDomainSetMemoryFlags`).
    public func setMemory(kiB: UInt64, scope: Scope = .current) async throws(LibvirtError) {
        _ = try await perform("virDomainSetMemoryFlags") { domain throws(LibvirtError) in
            try scope.apply("virDomainSetMemoryFlags", to: domain) {
                virDomainSetMemoryFlags(domain, UInt(clamping: kiB), $0)
            }
        }
    }
}
