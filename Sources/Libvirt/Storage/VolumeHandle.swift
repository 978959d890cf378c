import CLibvirt

/// The owner of a `virStorageVolPtr`, for the length of one blocking closure.
struct VolumeHandle: ~Copyable {
    private let pointer: OpaquePointer

    /// Takes ownership of a C call's handle, or throws the thread's last error.
    init(_ call: String, _ pointer: OpaquePointer?) throws(LibvirtError) {
        self.pointer = try check(call, pointer)
    }

    /// `virStorageVolLookupByName`.
    init(named name: String, in pool: OpaquePointer) throws(LibvirtError) {
        try checkText("virStorageVolLookupByName", "the volume's name", name)
        try self.init("virStorageVolLookupByName", virStorageVolLookupByName(pool, name))
    }

    /// Lends the pointer; the handle stays valid while `body` runs.
    borrowing func use<Value>(_ body: (OpaquePointer) throws(LibvirtError) -> Value) throws(LibvirtError) -> Value {
        try body(pointer)
    }

    /// The handle's own copy of its name (`virStorageVolGetName`).
    borrowing func reference(in pool: StoragePool) throws(LibvirtError) -> Volume {
        guard let name = virStorageVolGetName(pointer) else { throw LibvirtError.last("virStorageVolGetName") }
        return Volume(connection: pool.connection, pool: pool.name, name: String(cString: name))
    }

    deinit {
        virStorageVolFree(pointer)
    }
}
