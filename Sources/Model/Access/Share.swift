package import FoundationEssentials

/// Rights on one network, given to a principal or to the members of another team.
package struct Share: Sendable, Equatable, Codable {
    package enum Grantee: Sendable, Hashable, Codable {
        case principal(String)
        /// Each member has the lesser of the share's role and the member's own role in that team.
        case team(TeamID)
    }

    package var network: NetworkID
    package var grantee: Grantee
    package var role: Role
    /// The end of the share; `nil` for none.
    package var until: Date?

    package init(network: NetworkID, grantee: Grantee, role: Role, until: Date? = nil) {
        (self.network, self.grantee, self.role, self.until) = (network, grantee, role, until)
    }

    package func isInForce(at time: Date) -> Bool { until.map { time < $0 } ?? true }
}
