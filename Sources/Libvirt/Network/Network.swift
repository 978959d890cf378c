import CLibvirt
public import FoundationEssentials

/// A reference to one virtual network of one connection; like `Domain`, it holds no handle.
public struct Network: Sendable {
    /// The connection of all calls.
    public let connection: Connection

    /// Constant for the network's whole life.
    public let uuid: UUID

    /// The name at the time of the look-up.
    public let name: String

    /// Starts the defined network (`virNetworkCreate`).
    /// - Throws: `.operationInvalid` when it is active already.
    public func start() async throws(LibvirtError) {
        try await perform("virNetworkCreate") { virNetworkCreate($0) }
    }

    /// Stops the network (`virNetworkDestroy`): its bridge is removed; a transient network disappears.
    public func destroy() async throws(LibvirtError) {
        try await perform("virNetworkDestroy") { virNetworkDestroy($0) }
    }

    /// Removes the definition (`virNetworkUndefine`). An active network becomes transient.
    public func undefine() async throws(LibvirtError) {
        try await perform("virNetworkUndefine") { virNetworkUndefine($0) }
    }

    /// The description (`virNetworkGetXMLDesc`).
    /// - Parameter inactive: whether to read the description for the next start (`VIR_NETWORK_XML_INACTIVE`).
    public func xml(inactive: Bool = false) async throws(LibvirtError) -> String {
        let flags = inactive ? UInt32(VIR_NETWORK_XML_INACTIVE.rawValue) : 0
        return try await perform("virNetworkGetXMLDesc") { network throws(LibvirtError) in
            try take("virNetworkGetXMLDesc", virNetworkGetXMLDesc(network, flags))
        }
    }

    /// The bridge on the host (`virNetworkGetBridgeName`).
    /// - Throws: `.internalError` when the network has none.
    public func bridgeName() async throws(LibvirtError) -> String {
        try await perform("virNetworkGetBridgeName") { network throws(LibvirtError) in
            try take("virNetworkGetBridgeName", virNetworkGetBridgeName(network))
        }
    }

    /// Whether it runs (`virNetworkIsActive`).
    public func isActive() async throws(LibvirtError) -> Bool {
        try await perform("virNetworkIsActive") { network throws(LibvirtError) in
            try check("virNetworkIsActive", virNetworkIsActive(network)) == 1
        }
    }

    /// Whether it is defined (`virNetworkIsPersistent`).
    public func isPersistent() async throws(LibvirtError) -> Bool {
        try await perform("virNetworkIsPersistent") { network throws(LibvirtError) in
            try check("virNetworkIsPersistent", virNetworkIsPersistent(network)) == 1
        }
    }

    /// Whether it starts with the host (`virNetworkGetAutostart`).
    public func autostart() async throws(LibvirtError) -> Bool {
        try await perform("virNetworkGetAutostart") { network throws(LibvirtError) in
            var autostart: Int32 = 0
            try check("virNetworkGetAutostart", virNetworkGetAutostart(network, &autostart))
            return autostart != 0
        }
    }

    /// Sets whether it starts with the host (`virNetworkSetAutostart`).
    public func setAutostart(_ autostart: Bool) async throws(LibvirtError) {
        try await perform("virNetworkSetAutostart") { virNetworkSetAutostart($0, autostart ? 1 : 0) }
    }

    private func perform<Value: Sendable>(
        _ call: String, _ body: @escaping @Sendable (OpaquePointer) throws(LibvirtError) -> Value
    ) async throws(LibvirtError) -> Value {
        let uuid = uuid
        return try await connection.perform(call) { connection throws(LibvirtError) in
            let look = uuid.withBytes { virNetworkLookupByUUID(connection, $0) }
            return try NetworkHandle("virNetworkLookupByUUID", look).use(body)
        }
    }

    private func perform(_ call: String, _ body: @escaping @Sendable (OpaquePointer) -> Int32)
        async throws(LibvirtError)
    {
        _ = try await perform(call) { network throws(LibvirtError) in try check(call, body(network)) }
    }
}
