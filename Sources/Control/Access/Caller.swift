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

    package init(rights: Rights, credential: Credential, address: IPAddress?) {
        (self.rights, self.credential, self.address) = (rights, credential, address)
    }

    /// The caller of a server without access control.
    package static func local(from address: IPAddress?) -> Caller {
        Caller(rights: .local, credential: .local, address: address)
    }
}
