import CLibvirt
import FoundationEssentials

/// The owner of a `virNetworkPtr`, for the length of one blocking closure.
struct NetworkHandle: ~Copyable {
    private let pointer: OpaquePointer

    /// Takes ownership of a C call's handle, or throws the thread's last error.
    init(_ call: String, _ pointer: OpaquePointer?) throws(LibvirtError) {
        self.pointer = try check(call, pointer)
    }

    /// Lends the pointer; the handle stays valid while `body` runs.
    borrowing func use<Value>(_ body: (OpaquePointer) throws(LibvirtError) -> Value) throws(LibvirtError) -> Value {
        try body(pointer)
    }

    /// The handle's own copy of name and UUID, without a call to the host.
    borrowing func reference(_ connection: Connection) throws(LibvirtError) -> Network {
        guard let name = virNetworkGetName(pointer) else { throw LibvirtError.last("virNetworkGetName") }
        let pointer = pointer
        let uuid = try UUID("virNetworkGetUUID") { virNetworkGetUUID(pointer, $0) }
        return Network(connection: connection, uuid: uuid, name: String(cString: name))
    }

    deinit {
        virNetworkFree(pointer)
    }
}
