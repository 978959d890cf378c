import CLibvirt

extension Domain {
    /// Moves the domain to another host; this client manages the migration (`virDomainMigrate3`).
    ///
    /// It has no deadline; `jobInfo` reports its progress and `abortJob` cancels it. If the call fails, inspect both
    /// hosts: libvirt tries to leave the domain running on the source.
    /// - Parameters:
    ///   - destination: a connection to the other host, of the same driver.
    ///   - uri: the address for the hypervisors' connection, for example `tcp://10.0.0.2`; by default the host's name.
    ///   - destinationXML: the description for the other host, where devices differ.
    ///   - bandwidth: the limit for memory, in MiB/s; nil for the driver's own limit.
    ///   - parameters: further `VIR_MIGRATE_PARAM_…`, by their names.
    /// - Returns: the domain on the destination.
    @discardableResult
    public func migrate(
        to destination: Connection, options: MigrationOptions, uri: String? = nil, destinationXML: String? = nil,
        bandwidth: UInt64? = nil, parameters: [String: TypedValue] = [:]
    ) async throws(LibvirtError) -> Domain {
        try checkText("virDomainMigrate3", "the migration's URI or XML", "\(uri ?? "")\(destinationXML ?? "")")
        var parameters = parameters
        if let uri { parameters[VIR_MIGRATE_PARAM_URI] = .string(uri) }
        if let destinationXML { parameters[VIR_MIGRATE_PARAM_DEST_XML] = .string(destinationXML) }
        if let bandwidth { parameters[VIR_MIGRATE_PARAM_BANDWIDTH] = .uint64(bandwidth) }
        let other = try destination.held("virDomainMigrate3")
        let identity = try await perform("virDomainMigrate3", bounded: false) {
            [parameters] domain throws(LibvirtError) in
            defer { withExtendedLifetime(other) {} }
            var moved: OpaquePointer?
            try TypedParameters(parameters).use { (pointer, count) throws(LibvirtError) in
                moved = virDomainMigrate3(domain, other.pointer, pointer, UInt32(clamping: count), options.rawValue)
                if moved == nil { throw LibvirtError.last("virDomainMigrate3") }
            }
            return try DomainHandle("virDomainMigrate3", moved).identity()
        }
        return destination.domain(identity)
    }

    /// Sets the longest pause at the end of a migration (`virDomainMigrateSetMaxDowntime`): memory is copied while the
    /// domain runs, until the rest is expected to take no longer than that.
    public func limitDowntime(milliseconds: UInt64) async throws(LibvirtError) {
        try await perform("virDomainMigrateSetMaxDowntime") { virDomainMigrateSetMaxDowntime($0, milliseconds, 0) }
    }
}
