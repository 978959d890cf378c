import CLibvirt
public import FoundationEssentials

/// A reference to one domain of one connection. It holds no handle: every method looks the domain up by its UUID, calls
/// and releases the handle, in one turn of a blocking thread. So it may be kept, copied and passed around; a domain
/// that does not exist any more throws `.noDomain`.
public struct Domain: Sendable {
    /// The connection of all calls.
    public let connection: Connection

    /// Constant for the domain's whole life.
    public let uuid: UUID

    /// The name at the time of the look-up.
    public let name: String

    /// Refers to a known domain, without a look-up.
    public init(connection: Connection, uuid: UUID, name: String) {
        self.connection = connection
        self.uuid = uuid
        self.name = name
    }

    /// Runs `body` with the domain's handle on a blocking thread.
    func perform<Value: Sendable>(
        _ call: String, bounded: Bool = true,
        _ body: @escaping @Sendable (OpaquePointer) throws(LibvirtError) -> Value
    ) async throws(LibvirtError) -> Value {
        let uuid = uuid
        return try await connection.perform(call, bounded: bounded) { connection throws(LibvirtError) in
            try DomainHandle(uuid, on: connection).use(body)
        }
    }

    /// A call without a result: it succeeds or throws.
    func perform(_ call: String, _ body: @escaping @Sendable (OpaquePointer) -> Int32) async throws(LibvirtError) {
        _ = try await perform(call) { domain throws(LibvirtError) in try check(call, body(domain)) }
    }
}
