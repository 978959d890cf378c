import CLibvirt

/// A reference to one storage volume, by its pool and name; like `Domain`, it holds no handle.
public struct Volume: Sendable {
    /// The connection of all calls.
    public let connection: Connection

    /// The pool's name.
    public let pool: String

    /// Unique in its pool.
    public let name: String

    /// Its path on the host (`virStorageVolGetPath`).
    public func path() async throws(LibvirtError) -> String {
        try await perform("virStorageVolGetPath") { volume throws(LibvirtError) in
            try take("virStorageVolGetPath", virStorageVolGetPath(volume))
        }
    }

    /// The size (`virStorageVolGetInfo`).
    public func info() async throws(LibvirtError) -> VolumeInfo {
        try await perform("virStorageVolGetInfo") { volume throws(LibvirtError) in
            var info = virStorageVolInfo()
            try check("virStorageVolGetInfo", virStorageVolGetInfo(volume, &info))
            return VolumeInfo(capacity: info.capacity, allocation: info.allocation)
        }
    }

    /// The description (`virStorageVolGetXMLDesc`).
    public func xml() async throws(LibvirtError) -> String {
        try await perform("virStorageVolGetXMLDesc") { volume throws(LibvirtError) in
            try take("virStorageVolGetXMLDesc", virStorageVolGetXMLDesc(volume, 0))
        }
    }

    /// Removes the volume with its data (`virStorageVolDelete`).
    public func delete() async throws(LibvirtError) {
        _ = try await perform("virStorageVolDelete") { volume throws(LibvirtError) in
            try check("virStorageVolDelete", virStorageVolDelete(volume, 0))
        }
    }

    /// Changes the capacity, in bytes (`virStorageVolResize`). A smaller one is refused.
    public func resize(capacity: UInt64) async throws(LibvirtError) {
        _ = try await perform("virStorageVolResize") { volume throws(LibvirtError) in
            try check("virStorageVolResize", virStorageVolResize(volume, capacity, 0))
        }
    }

    /// Runs `body` with the volume's handle on a blocking thread.
    func perform<Value: Sendable>(
        _ call: String, bounded: Bool = true,
        _ body: @escaping @Sendable (OpaquePointer) throws(LibvirtError) -> Value
    ) async throws(LibvirtError) -> Value {
        let (pool, name) = (pool, name)
        return try await connection.perform(call, bounded: bounded) { connection throws(LibvirtError) in
            try StoragePoolHandle(named: pool, on: connection).use { pool throws(LibvirtError) in
                try VolumeHandle(named: name, in: pool).use(body)
            }
        }
    }
}
