package import Model

/// The origin of a call: its principal with the rights of the credential, and where it came from.
package struct Caller: Sendable {
    package enum Credential: Sendable, Equatable {
        case token(TokenID)
        case certificate(Digest)
        /// None: the server can be reached by programs on its own machine only.
        case local
    }

    package var rights: Rights
    package var credential: Credential
    /// `nil` for a Unix socket.
    package var address: IPAddress?
    /// The secret of the browser's session behind which the token stands.
    var session: String?

    package var isInSession: Bool { session != nil }

    package init(rights: Rights, credential: Credential, address: IPAddress?) {
        (self.rights, self.credential, self.address) = (rights, credential, address)
    }

    /// The caller of the service that the current task carries out; `nil` for the server's own work.
    @TaskLocal package static var current: Caller?

    /// Whether the quotas of what a team does, unlike those of what it owns, hold for the caller: not for operators of
    /// the server.
    var isLimited: Bool { rights.role(on: .server).map { $0 < .operator } ?? true }

    /// The caller of a server without access control.
    package static func local(from address: IPAddress?) -> Caller {
        Caller(rights: .local, credential: .local, address: address)
    }
}
