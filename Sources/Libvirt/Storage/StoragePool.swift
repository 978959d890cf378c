import CLibvirt
import Glibc

/// A reference to one storage pool of one connection, by its name; like `Domain`, it holds no handle.
public struct StoragePool: Sendable {
    /// The connection of all calls.
    public let connection: Connection

    /// Unique on its host.
    public let name: String

    /// State and size (`virStoragePoolGetInfo`).
    public func info() async throws(LibvirtError) -> StoragePoolInfo {
        try await perform("virStoragePoolGetInfo") { pool throws(LibvirtError) in
            var info = virStoragePoolInfo()
            try check("virStoragePoolGetInfo", virStoragePoolGetInfo(pool, &info))
            return StoragePoolInfo(info)
        }
    }

    /// Whether it runs (`virStoragePoolIsActive`).
    public func isActive() async throws(LibvirtError) -> Bool {
        try await perform("virStoragePoolIsActive") { pool throws(LibvirtError) in
            try check("virStoragePoolIsActive", virStoragePoolIsActive(pool)) == 1
        }
    }

    /// The description (`virStoragePoolGetXMLDesc`).
    public func xml() async throws(LibvirtError) -> String {
        try await perform("virStoragePoolGetXMLDesc") { pool throws(LibvirtError) in
            try take("virStoragePoolGetXMLDesc", virStoragePoolGetXMLDesc(pool, 0))
        }
    }

    /// Looks for volumes that were added or removed without libvirt (`virStoragePoolRefresh`).
    public func refresh() async throws(LibvirtError) {
        try await perform("virStoragePoolRefresh") { virStoragePoolRefresh($0, 0) }
    }

    /// Starts the pool (`virStoragePoolCreate` with `VIR_STORAGE_POOL_CREATE_WITH_BUILD`, which creates a missing
    /// folder; without the flag where the driver does not know it).
    public func start() async throws(LibvirtError) {
        _ = try await perform("virStoragePoolCreate") { pool throws(LibvirtError) in
            if virStoragePoolCreate(pool, UInt32(VIR_STORAGE_POOL_CREATE_WITH_BUILD.rawValue)) == 0 { return }
            let error = LibvirtError.last("virStoragePoolCreate")
            guard error.code.meansUnsupported else { throw error }
            try check("virStoragePoolCreate", virStoragePoolCreate(pool, 0))
        }
    }

    /// Stops the pool and keeps its volumes (`virStoragePoolDestroy`).
    public func destroy() async throws(LibvirtError) {
        try await perform("virStoragePoolDestroy") { virStoragePoolDestroy($0) }
    }

    /// Removes the definition and keeps the volumes (`virStoragePoolUndefine`).
    public func undefine() async throws(LibvirtError) {
        try await perform("virStoragePoolUndefine") { virStoragePoolUndefine($0) }
    }

    /// Whether it starts with the host (`virStoragePoolGetAutostart`).
    public func autostart() async throws(LibvirtError) -> Bool {
        try await perform("virStoragePoolGetAutostart") { pool throws(LibvirtError) in
            var autostart: Int32 = 0
            try check("virStoragePoolGetAutostart", virStoragePoolGetAutostart(pool, &autostart))
            return autostart != 0
        }
    }

    /// Sets whether it starts with the host (`virStoragePoolSetAutostart`).
    public func setAutostart(_ autostart: Bool) async throws(LibvirtError) {
        try await perform("virStoragePoolSetAutostart") { virStoragePoolSetAutostart($0, autostart ? 1 : 0) }
    }

    /// Lists the volumes (`virStoragePoolListAllVolumes`), in no particular order.
    public func volumes() async throws(LibvirtError) -> [Volume] {
        let reference = self
        return try await perform("virStoragePoolListAllVolumes") { pool throws(LibvirtError) in
            var list: UnsafeMutablePointer<virStorageVolPtr?>?
            let count = try check("virStoragePoolListAllVolumes", virStoragePoolListAllVolumes(pool, &list, 0))
            defer { free(list) }
            // Takes ownership of every handle before anything can throw.
            let found = (0..<Int(count)).map { index in
                Result { () throws(LibvirtError) in
                    try VolumeHandle("virStoragePoolListAllVolumes", list?[index]).reference(in: reference)
                }
            }
            var volumes: [Volume] = []
            for volume in found { volumes.append(try volume.get()) }
            return volumes
        }
    }

    /// Finds a volume by its name (`virStorageVolLookupByName`).
    /// - Throws: `.noStorageVolume`.
    public func volume(named name: String) async throws(LibvirtError) -> Volume {
        let reference = self
        return try await perform("virStorageVolLookupByName") { pool throws(LibvirtError) in
            try VolumeHandle(named: name, in: pool).reference(in: reference)
        }
    }

    /// Creates a volume (`virStorageVolCreateXML`).
    /// - Throws: `.storageVolumeExists`; `.xmlError`.
    @discardableResult
    public func createVolume(xml: String) async throws(LibvirtError) -> Volume {
        try checkText("virStorageVolCreateXML", "the volume's XML", xml)
        let reference = self
        return try await perform("virStorageVolCreateXML", bounded: false) { pool throws(LibvirtError) in
            try VolumeHandle("virStorageVolCreateXML", virStorageVolCreateXML(pool, xml, 0)).reference(in: reference)
        }
    }

    /// Creates a volume with another's content, copied on the host (`virStorageVolCreateXMLFrom`). It has no deadline,
    /// because a copy may take long.
    /// - Parameter source: a volume of the same connection.
    @discardableResult
    public func createVolume(xml: String, from source: Volume) async throws(LibvirtError) -> Volume {
        try checkText("virStorageVolCreateXMLFrom", "the volume's XML", xml)
        let (reference, name) = (self, name)
        return try await connection.perform("virStorageVolCreateXMLFrom", bounded: false) {
            connection throws(LibvirtError) in
            try StoragePoolHandle(named: source.pool, on: connection).use { sourcePool throws(LibvirtError) in
                try VolumeHandle(named: source.name, in: sourcePool).use { volume throws(LibvirtError) in
                    try StoragePoolHandle(named: name, on: connection).use { pool throws(LibvirtError) in
                        let copy = virStorageVolCreateXMLFrom(pool, xml, volume, 0)
                        return try VolumeHandle("virStorageVolCreateXMLFrom", copy).reference(in: reference)
                    }
                }
            }
        }
    }

    private func perform<Value: Sendable>(
        _ call: String, bounded: Bool = true,
        _ body: @escaping @Sendable (OpaquePointer) throws(LibvirtError) -> Value
    ) async throws(LibvirtError) -> Value {
        let name = name
        return try await connection.perform(call, bounded: bounded) { connection throws(LibvirtError) in
            try StoragePoolHandle(named: name, on: connection).use(body)
        }
    }

    private func perform(_ call: String, _ body: @escaping @Sendable (OpaquePointer) -> Int32)
        async throws(LibvirtError)
    {
        _ = try await perform(call) { pool throws(LibvirtError) in try check(call, body(pool)) }
    }
}
