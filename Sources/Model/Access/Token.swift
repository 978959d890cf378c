package import FoundationEssentials

/// A credential of a principal's identity, as it is stored: the secret itself is only in the text that was printed
/// once.
package struct Token: Sendable, Equatable, Codable {
    package var id: TokenID
    package var principal: String
    /// Digest (SHA-256) of the secret. The secret is random and long, so that a slow hash would add nothing.
    package var digest: Digest
    package var created: Date
    package var expires: Date
    package var narrowing: Narrowing
    /// The last call with it, to the minute.
    package var lastUsed: Date?
    /// Its purpose, in the words of the person that made it.
    package var note: String?

    package init(
        id: TokenID, principal: String, digest: Digest, created: Date, expires: Date,
        narrowing: Narrowing = Narrowing(), note: String? = nil
    ) {
        (self.id, self.principal, self.digest, self.created) = (id, principal, digest, created)
        (self.expires, self.narrowing, self.note) = (expires, narrowing, note)
    }

    /// The time that a token is valid unless another is chosen, in days.
    package static let days = 90
}

/// The public part of a token, by which it is listed, logged and revoked.
package struct TokenID: Sendable, Hashable, Codable {
    package let text: String
    package init(_ text: String) { self.text = text }
}
