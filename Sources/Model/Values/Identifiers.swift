/// A machine's id: the UUID its domain carries, in lower case.
package struct MachineID: Sendable, Hashable, Codable {
    package let text: String
    package init(_ text: String) { self.text = text.lowercased() }
}

/// An operation's id.
package struct OperationID: Sendable, Hashable, Codable {
    package let text: String
    package init(_ text: String) { self.text = text }
}

/// A content digest: SHA-256 in lower-case hexadecimal.
package struct Digest: Sendable, Hashable, Codable {
    package let text: String
    package init(_ text: String) { self.text = text }
}
