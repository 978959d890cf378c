internal import HTTPTypes
internal import Hummingbird

/// The cookie of a browser's session.
///
/// Its prefix makes browsers take it from this host alone, over TLS or from `localhost`, for all paths
/// (draft-ietf-httpbis-rfc6265bis, section 4.1.3.2). They send it to all ports of the host. Scripts cannot read it, and
/// no request that begins at another site carries it.
enum SessionCookie {
    static let name = "__Host-vms"

    private static let attributes = "Path=/; Secure; HttpOnly; SameSite=Strict"

    /// The secret in a request's cookies; `nil` without one, and for several that differ.
    static func secret(in request: Request) -> String? {
        let found = Set(
            request.headers[values: .cookie].flatMap { $0.split(separator: ";") }.compactMap { pair -> String? in
                let words = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
                guard words.count == 2, String(words[0]).withoutOuterSpace == name else { return nil }
                return String(words[1]).withoutOuterSpace
            })
        return found.count == 1 ? found.first : nil
    }

    /// The value of `Set-Cookie` for a new session.
    static func setting(_ secret: String, lifetime: Duration) -> String {
        "\(name)=\(secret); Max-Age=\(lifetime.components.seconds); \(attributes)"
    }

    /// The value of `Set-Cookie` that removes the cookie.
    static let removing = "\(name)=; Max-Age=0; \(attributes)"
}

extension HTTPField.Name {
    /// A header of our own, with any value. A page of another site cannot send it: the browser asks the server first,
    /// which does not answer (a CORS preflight).
    static let vmsRequest = Self("VMS-Request")

    /// Set by browsers alone.
    static let secFetchSite = Self("Sec-Fetch-Site")
}

extension Request {
    func has(_ name: HTTPField.Name?) -> Bool { name.map { headers[$0] != nil } ?? false }

    /// Whether a browser sent it.
    var isOfBrowser: Bool { has(.secFetchSite) || has(.vmsRequest) }
}
