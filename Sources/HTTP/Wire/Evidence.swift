internal import Control
internal import FoundationEssentials
internal import HTTPTypes
internal import Hummingbird
internal import Model

extension Authenticator.Evidence {
    /// The evidence of a request: a token in a header, or else a session's cookie, or the certificate of its
    /// connection.
    ///
    /// - Throws: see ``init(_:)``.
    init(_ request: Request, _ context: CallContext) async throws(Refusal) {
        do throws(Refusal) {
            self = try Self(request)
        } catch {
            // A proxy in front of a server that needs no credential may have credentials of its own.
            guard context.allowsNone, request.uri.query?.contains(TokenText.prefix) != true else { throw error }
            self = .none
        }
        if self == .none, let session = SessionCookie.secret(in: request) {
            guard [.get, .head].contains(request.method) || request.has(.vmsRequest) else {
                throw Self.refused("a call in a browser's session must have the header VMS-Request")
            }
            self = .session(session)
        }
        if self == .none, context.isEncrypted, let key = await ClientCertificate.key(of: context.channel) {
            self = .certificate(key)
        }
    }

    /// The evidence in a request's headers: a token as `Bearer`, or as the password of `Basic`.
    ///
    /// - Throws: `notAuthenticated` for a header that is neither, for several that disagree, and for a token in the
    ///   address, where logs and browsers would keep it.
    init(_ request: Request) throws(Refusal) {
        if let query = request.uri.query, query.contains(TokenText.prefix) {
            throw Self.refused("the address contains a token: send it in the header Authorization; revoke this one")
        }
        let texts = Set(
            try request.headers[values: .authorization].map { text throws(Refusal) in try Self.token(text) })
        guard texts.count < 2 else { throw Self.refused("the headers Authorization disagree: send one credential") }
        self = texts.first.map { .token($0) } ?? .none
    }

    private static func token(_ header: String) throws(Refusal) -> String {
        let parts = header.split(separator: " ", maxSplits: 1).map(String.init)
        guard parts.count == 2 else { throw refused("the header Authorization has no credential after its scheme") }
        switch parts[0].lowercased() {
        case "bearer": return parts[1].withoutOuterSpace
        case "basic":
            // RFC 7617: user and password, separated by the first colon. The token names its user.
            guard let data = Data(base64Encoded: parts[1].withoutOuterSpace),
                let colon = data.firstIndex(of: UInt8(ascii: ":"))
            else { throw refused("the header Authorization is no valid Basic: must be the base64 of NAME:TOKEN") }
            return String(decoding: data[data.index(after: colon)...], as: UTF8.self)
        default:
            throw refused("the header Authorization has the scheme '\(parts[0].shown(20))': must be Bearer or Basic")
        }
    }

    /// Adds the credential of a SOAP header, which may repeat that of the HTTP header. A token of the message counts more
    /// than what its connection always carries, a certificate or a cookie.
    func adding(_ other: String?) throws(Refusal) -> Self {
        switch (self, other) {
        case (_, nil): return self
        case (.token(let one), let token?) where one != token:
            throw Self.refused("the UsernameToken and the header Authorization disagree: send one of them")
        case (_, let token?): return .token(token)
        }
    }

    private static func refused(_ why: String) -> Refusal { Refusal(.notAuthenticated, .credential, "\(why)") }
}
