/// A machine's id: the UUID of its domain, in lower case.
package struct MachineID: Sendable, Hashable, Codable {
    package let text: String
    package init(_ text: String) { self.text = text.lowercased() }

    /// Xen's control domain, which every Xen host has under this id.
    package var isDomain0: Bool { text == "00000000-0000-0000-0000-000000000000" }
}

/// An operation's id.
package struct OperationID: Sendable, Hashable, Codable {
    package let text: String
    package init(_ text: String) { self.text = text }
}

/// A team's id. It stays the same when the team is renamed.
package struct TeamID: Sendable, Hashable, Codable {
    package let text: String
    package init(_ text: String) { self.text = text }

    /// The team that owns everything that was created without a team.
    package static let standard = TeamID("default")
}

extension KeyedDecodingContainer {
    /// Records from before there were teams belong to the standard one.
    func decode(_ type: TeamID.Type, forKey key: Key) throws -> TeamID {
        try decodeIfPresent(type, forKey: key) ?? .standard
    }
}

/// A content digest: SHA-256 in lower-case hexadecimal.
package struct Digest: Sendable, Hashable, Codable {
    package let text: String
    package init(_ text: String) { self.text = text }

    /// Whether it is well-formed: 64 hexadecimal digits in lower case.
    package var isWellFormed: Bool {
        text.utf8.count == 64 && text.utf8.allSatisfy { "0123456789abcdef".utf8.contains($0) }
    }
}
