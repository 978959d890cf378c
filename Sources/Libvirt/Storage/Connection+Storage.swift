import CLibvirt
import Glibc

extension Connection {
    /// Lists pools (`virConnectListAllStoragePools`), in no particular order.
    /// - Parameter active: `true` for active pools, `false` for inactive ones, `nil` for all.
    /// - Parameter autostart: `true` for pools with autostart, `false` for pools without, `nil` for all.
    public func storagePools(
        active: Bool? = nil, autostart: Bool? = nil
    ) async throws(LibvirtError) -> [StoragePool] {
        let flags =
            Self.flags(
                active, VIR_CONNECT_LIST_STORAGE_POOLS_ACTIVE.rawValue, VIR_CONNECT_LIST_STORAGE_POOLS_INACTIVE.rawValue
            )
            | Self.flags(
                autostart, VIR_CONNECT_LIST_STORAGE_POOLS_AUTOSTART.rawValue,
                VIR_CONNECT_LIST_STORAGE_POOLS_NO_AUTOSTART.rawValue)
        return try await perform("virConnectListAllStoragePools") { connection throws(LibvirtError) in
            var list: UnsafeMutablePointer<virStoragePoolPtr?>?
            let count = try check(
                "virConnectListAllStoragePools", virConnectListAllStoragePools(connection, &list, flags))
            defer { free(list) }
            // Takes ownership of every handle before anything can throw.
            let found = (0..<Int(count)).map { index in
                Result { () throws(LibvirtError) in
                    try StoragePoolHandle("virConnectListAllStoragePools", list?[index]).name()
                }
            }
            var pools: [StoragePool] = []
            for name in found { pools.append(StoragePool(connection: self, name: try name.get())) }
            return pools
        }
    }

    /// Finds a pool by its name (`virStoragePoolLookupByName`).
    /// - Throws: `.noStoragePool`.
    public func storagePool(named name: String) async throws(LibvirtError) -> StoragePool {
        try await perform("virStoragePoolLookupByName") { connection throws(LibvirtError) in
            StoragePool(connection: self, name: try StoragePoolHandle(named: name, on: connection).name())
        }
    }

    /// Defines a pool without starting it (`virStoragePoolDefineXML`).
    @discardableResult
    public func defineStoragePool(xml: String) async throws(LibvirtError) -> StoragePool {
        try checkText("virStoragePoolDefineXML", "the pool's XML", xml)
        return try await perform("virStoragePoolDefineXML") { connection throws(LibvirtError) in
            let pool = virStoragePoolDefineXML(connection, xml, 0)
            return StoragePool(
                connection: self, name: try StoragePoolHandle("virStoragePoolDefineXML", pool).name())
        }
    }

    /// Defines and starts a pool over a folder of the host, which is created if it is missing
    /// (`virStoragePoolDefineXML`, `virStoragePoolCreate`).
    @discardableResult
    public func defineDirectoryPool(
        named name: String, path: String, autostart: Bool = true
    ) async throws(LibvirtError) -> StoragePool {
        guard path.utf8.first == UInt8(ascii: "/") else {
            throw LibvirtError(
                .invalidArgument, "the pool's path '\(path)' is not absolute; it has to begin with '/'",
                call: "virStoragePoolDefineXML")
        }
        let pool = try await defineStoragePool(
            xml: "<pool type='dir'><name>\(xmlEscaped(name))</name>"
                + "<target><path>\(xmlEscaped(path))</path></target></pool>")
        if autostart { try await pool.setAutostart(true) }
        do throws(LibvirtError) {
            try await pool.start()
        } catch LibvirtError.Code.operationInvalid {
            // Another call started it already.
        }
        return pool
    }

    /// Finds the volume at a path of the host (`virStorageVolLookupByPath`, `virStoragePoolLookupByVolume`).
    /// - Throws: `.noStorageVolume` when no active pool knows the path.
    public func volume(path: String) async throws(LibvirtError) -> Volume {
        try checkText("virStorageVolLookupByPath", "the volume's path", path)
        return try await perform("virStorageVolLookupByPath") { connection throws(LibvirtError) in
            let volume = try VolumeHandle("virStorageVolLookupByPath", virStorageVolLookupByPath(connection, path))
            let pool = try volume.use { volume throws(LibvirtError) in
                try StoragePoolHandle("virStoragePoolLookupByVolume", virStoragePoolLookupByVolume(volume)).name()
            }
            return try volume.reference(in: StoragePool(connection: self, name: pool))
        }
    }
}
