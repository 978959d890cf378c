import CLibvirt

extension Domain {
    /// Moves the domain to another host, managed from here (`virDomainMigrate3`).
    ///
    /// It takes its time and has no deadline; `jobInfo` tells how far it is and `abortJob` gives it up. When the call
    /// fails, look on both hosts: libvirt tries to leave the domain running on the source.
    /// - Parameters:
    ///   - destination: a connection to the other host, of the same driver.
    ///   - uri: where the hypervisors meet, for example `tcp://10.0.0.2`; nil leaves it to the host's idea of its name.
    ///   - destinationXML: the description for the other host, where devices differ.
    ///   - bandwidth: the most that memory takes of the wire, in MiB/s; nil for the driver's own limit.
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

    /// How long the domain may stand still at the end of a migration (`virDomainMigrateSetMaxDowntime`): it is copied on
    /// until the rest is expected to take no longer.
    public func limitDowntime(milliseconds: UInt64) async throws(LibvirtError) {
        try await perform("virDomainMigrateSetMaxDowntime") { virDomainMigrateSetMaxDowntime($0, milliseconds, 0) }
    }
}
