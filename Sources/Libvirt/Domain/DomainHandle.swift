import CLibvirt
import FoundationEssentials

/// The owner of a `virDomainPtr`, for the length of one blocking closure.
struct DomainHandle: ~Copyable {
    private let pointer: OpaquePointer

    /// Takes ownership of a C call's handle, or throws the thread's last error.
    init(_ call: String, _ pointer: OpaquePointer?) throws(LibvirtError) {
        self.pointer = try check(call, pointer)
    }

    /// `virDomainLookupByUUID`.
    init(_ uuid: UUID, on connection: OpaquePointer) throws(LibvirtError) {
        try self.init("virDomainLookupByUUID", uuid.withBytes { virDomainLookupByUUID(connection, $0) })
    }

    /// `virDomainLookupByName`.
    init(named name: String, on connection: OpaquePointer) throws(LibvirtError) {
        try checkText("virDomainLookupByName", "the domain's name", name)
        try self.init("virDomainLookupByName", virDomainLookupByName(connection, name))
    }

    /// Lends the pointer; the handle stays valid while `body` runs.
    borrowing func use<Value>(_ body: (OpaquePointer) throws(LibvirtError) -> Value) throws(LibvirtError) -> Value {
        try body(pointer)
    }

    /// The handle's own copy of the domain's identity.
    borrowing func identity() throws(LibvirtError) -> DomainIdentity {
        try DomainIdentity(pointer)
    }

    deinit {
        virDomainFree(pointer)
    }
}
