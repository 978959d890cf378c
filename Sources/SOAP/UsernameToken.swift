internal import XML

/// A UsernameToken (OASIS Web Services Security, UsernameToken Profile 1.1).
package enum UsernameToken: Sendable, Equatable {
    /// `PasswordText`: the password itself.
    case text(String)
    /// `PasswordDigest`: SHA-1 of nonce, time and password. Only a server that keeps passwords can check it.
    case digest
    /// A name without a password.
    case none

    /// Finds the token in the headers of a message; `nil` without one.
    init?(headers: [XMLElement], namespace: String) {
        let security = headers.filter { $0.name == "Security" && $0.namespace == namespace }
        guard let token = security.flatMap({ $0.elements(named: "UsernameToken") }).first else { return nil }
        guard let password = token.element(named: "Password") else {
            self = .none
            return
        }
        let type = password.attributes.first { $0.name == "Type" }?.value ?? ""
        self = type.hasSuffix("#PasswordDigest") ? .digest : .text(password.trimmedText)
    }
}
