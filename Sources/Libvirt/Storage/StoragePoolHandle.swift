import CLibvirt

/// The owner of a `virStoragePoolPtr`, for the length of one blocking closure.
struct StoragePoolHandle: ~Copyable {
    private let pointer: OpaquePointer

    /// Takes ownership of a C call's handle, or throws the thread's last error.
    init(_ call: String, _ pointer: OpaquePointer?) throws(LibvirtError) {
        self.pointer = try check(call, pointer)
    }

    /// `virStoragePoolLookupByName`.
    init(named name: String, on connection: OpaquePointer) throws(LibvirtError) {
        try checkText("virStoragePoolLookupByName", "the pool's name", name)
        try self.init("virStoragePoolLookupByName", virStoragePoolLookupByName(connection, name))
    }

    /// Lends the pointer; the handle stays valid while `body` runs.
    borrowing func use<Value>(_ body: (OpaquePointer) throws(LibvirtError) -> Value) throws(LibvirtError) -> Value {
        try body(pointer)
    }

    /// The handle's own copy of its name.
    borrowing func name() throws(LibvirtError) -> String {
        guard let name = virStoragePoolGetName(pointer) else { throw LibvirtError.last("virStoragePoolGetName") }
        return String(cString: name)
    }

    deinit {
        virStoragePoolFree(pointer)
    }
}
