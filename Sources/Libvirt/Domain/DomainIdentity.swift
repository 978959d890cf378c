import CLibvirt
public import FoundationEssentials

/// Identifies a domain: in the list of `Connection.domains`, and in events.
public struct DomainIdentity: Sendable, Hashable {
    /// Unique on its host; may contain any character but `/`, NUL and line breaks, markup included.
    public let name: String

    /// Constant for the domain's life, also after a migration.
    public let uuid: UUID

    /// The hypervisor's number while the domain is active; nil while it is not.
    public let id: Int32?

    /// Identifies a domain that the caller knows.
    public init(name: String, uuid: UUID, id: Int32? = nil) {
        self.name = name
        self.uuid = uuid
        self.id = id
    }

    /// Reads a handle's own copy, without asking the host (`virDomainGetName`, `virDomainGetUUID`, `virDomainGetID`).
    init(_ domain: OpaquePointer) throws(LibvirtError) {
        guard let name = virDomainGetName(domain) else { throw LibvirtError.last("virDomainGetName") }
        uuid = try UUID("virDomainGetUUID") { virDomainGetUUID(domain, $0) }
        self.name = String(cString: name)
        let id = virDomainGetID(domain)
        self.id = id == .max ? nil : Int32(bitPattern: id)
    }
}
