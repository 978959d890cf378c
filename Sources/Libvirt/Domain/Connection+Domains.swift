import CLibvirt
public import FoundationEssentials
import Glibc

extension Connection {
    /// Lists domains (`virConnectListAllDomains`), in no particular order.
    public func domains(_ filter: DomainFilter = .all) async throws(LibvirtError) -> [DomainIdentity] {
        try await perform("virConnectListAllDomains") { connection throws(LibvirtError) in
            var list: UnsafeMutablePointer<virDomainPtr?>?
            let count = try check(
                "virConnectListAllDomains", virConnectListAllDomains(connection, &list, filter.rawValue))
            defer { free(list) }
            var identities: [DomainIdentity] = []
            var failure: LibvirtError?
            for index in 0..<Int(count) {
                guard let domain = list?[index] else { continue }
                defer { virDomainFree(domain) }
                do throws(LibvirtError) {
                    identities.append(try DomainIdentity(domain))
                } catch {
                    failure = error
                }
            }
            if let failure { throw failure }
            return identities
        }
    }

    /// Finds a domain by its name (`virDomainLookupByName`).
    /// - Throws: `.noDomain`.
    public func domain(named name: String) async throws(LibvirtError) -> Domain {
        let identity = try await perform("virDomainLookupByName") { connection throws(LibvirtError) in
            try DomainHandle(named: name, on: connection).identity()
        }
        return domain(identity)
    }

    /// Finds a domain by its UUID (`virDomainLookupByUUID`).
    /// - Throws: `.noDomain`.
    public func domain(uuid: UUID) async throws(LibvirtError) -> Domain {
        let identity = try await perform("virDomainLookupByUUID") { connection throws(LibvirtError) in
            try DomainHandle(uuid, on: connection).identity()
        }
        return domain(identity)
    }

    /// Refers to a domain from a list, without a call to the host.
    public func domain(_ identity: DomainIdentity) -> Domain {
        Domain(connection: self, uuid: identity.uuid, name: identity.name)
    }

    /// Defines a domain, or replaces its definition, without starting it (`virDomainDefineXMLFlags`).
    /// - Throws: `.xmlError`, `.xmlDetail`; `.operationFailed` if another UUID has the name.
    @discardableResult
    public func defineDomain(xml: String) async throws(LibvirtError) -> DomainIdentity {
        try checkText("virDomainDefineXMLFlags", "the domain's XML", xml)
        return try await perform("virDomainDefineXMLFlags") { connection throws(LibvirtError) in
            try DomainHandle("virDomainDefineXMLFlags", virDomainDefineXMLFlags(connection, xml, 0)).identity()
        }
    }

    /// Starts a transient domain, which disappears when it stops (`virDomainCreateXML`).
    /// - Parameter paused: whether its processors wait for `resume`.
    @discardableResult
    public func createDomain(xml: String, paused: Bool = false) async throws(LibvirtError) -> DomainIdentity {
        try checkText("virDomainCreateXML", "the domain's XML", xml)
        let flags = paused ? UInt32(VIR_DOMAIN_START_PAUSED.rawValue) : 0
        return try await perform("virDomainCreateXML") { connection throws(LibvirtError) in
            try DomainHandle("virDomainCreateXML", virDomainCreateXML(connection, xml, flags)).identity()
        }
    }
}
