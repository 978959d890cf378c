/// The limits of a token within the rights of its principal; `nil` for no limit.
package struct Narrowing: Sendable, Equatable, Codable {
    /// The highest role.
    package var role: Role?
    package var networks: Set<NetworkID>?
    /// Names of services.
    package var services: Set<String>?
    /// Addresses from which the token may be used.
    package var sources: [IPPrefix]?

    package init(
        role: Role? = nil, networks: Set<NetworkID>? = nil, services: Set<String>? = nil, sources: [IPPrefix]? = nil
    ) {
        (self.role, self.networks, self.services, self.sources) = (role, networks, services, sources)
    }

    /// Whether the token may be used from an address; an unknown address is within no limit.
    package func allows(source address: IPAddress?) -> Bool {
        guard let sources else { return true }
        guard let address else { return false }
        return sources.contains { $0.contains(address.unmapped) }
    }

    func allows(service: String) -> Bool { services?.contains(service) ?? true }
}
