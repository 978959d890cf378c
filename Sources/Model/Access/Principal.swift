package import FoundationEssentials

/// A caller with rights of its own: a person, or a program.
package struct Principal: Sendable, Equatable, Codable {
    package enum Kind: String, Sendable, Codable, CaseIterable { case user, service }

    package var name: String
    package var kind: Kind
    /// The role on the whole server; `nil` for a principal that has rights in teams only.
    package var serverRole: Role?
    /// The role in each of its teams.
    package var teams: [TeamID: Role]
    /// Whether every call of it is refused.
    package var isDisabled = false
    /// Digests (SHA-256) of the public keys of its client certificates.
    package var certificateKeys: Set<Digest> = []
    package var created: Date

    package init(
        name: String, kind: Kind = .user, serverRole: Role? = nil, teams: [TeamID: Role] = [:], created: Date
    ) {
        (self.name, self.kind, self.serverRole, self.teams, self.created) = (name, kind, serverRole, teams, created)
    }

    /// Whether it may manage users, and the server as a whole.
    package var isAdmin: Bool { serverRole == .admin && !isDisabled }
}

/// The owner of machines, networks and images. Each of them has exactly one.
package struct Team: Sendable, Equatable, Codable {
    package var id: TeamID
    package var name: String
    package var quota: Quota
    package var created: Date

    package init(id: TeamID, name: String, quota: Quota = Quota(), created: Date) {
        (self.id, self.name, self.quota, self.created) = (id, name, quota, created)
    }
}

extension Team {
    /// The team that exists on every server.
    package static let standard = Team(id: .standard, name: "default", created: Date(timeIntervalSince1970: 0))
}

/// The rule for names of users, services and teams.
package enum AccessName {
    /// - Throws: `invalidName` unless the name has 1 to 63 of `a-z 0-9 . _ -` and begins with a letter or a digit.
    package static func check(_ text: String, subject: Refusal.Subject) throws(Refusal) {
        func isAlphanumeric(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) || (0x61...0x7A).contains(byte) }
        let isBegun = text.utf8.first.map(isAlphanumeric) ?? false
        guard isBegun, text.utf8.count <= 63, text.utf8.allSatisfy({ isAlphanumeric($0) || "._-".utf8.contains($0) })
        else {
            throw Refusal(
                .invalidName, subject,
                "\(subject) is '\(text.shown)': must have 1 to 63 small letters, digits, dots, hyphens or underscores "
                    + "and begin with a letter or digit", value: text.shown)
        }
    }
}
