internal import FoundationEssentials
internal import Logging
package import Model

/// A token for clients that cannot send one, by the addresses that they call from.
package struct BoundToken: Sendable, Equatable {
    package var source: IPPrefix
    package var token: TokenID

    package init(source: IPPrefix, token: TokenID) { (self.source, self.token) = (source, token) }
}

/// Finds the caller of a request by the credential that it carries.
package struct Authenticator: Sendable {
    /// What a request carries.
    package enum Evidence: Sendable, Equatable {
        case none
        /// The text of a token, as it was sent.
        case token(String)
        /// The digest (SHA-256) of the public key of the certificate that the TLS handshake proved.
        case certificate(Digest)
        /// The secret of a session.
        case session(String)
        /// A one-time code for the begin of a session.
        case loginCode(String)
    }

    private let with: ControlContext
    /// Tokens of clients that cannot send one, by the addresses that they call from.
    private let bound: [BoundToken]
    private let limiter = FailureLimiter()
    private let uses: TokenUses

    package init(_ context: ControlContext, bound: [BoundToken] = []) {
        (with, self.bound) = (context, bound)
        uses = TokenUses(store: context.store, log: context.log)
    }

    /// - Throws: `notAuthenticated`; `tooManyFailures` if the address, or the token, has failed too often. The words
    ///   are the same for every reason, except that a token is malformed, expired, or narrowed to other addresses.
    package func caller(_ evidence: Evidence, from origin: CallOrigin) async throws(Refusal) -> Caller {
        let source = origin.address?.unmapped
        switch evidence {
        // A server that needs no credential may be called through a proxy that has credentials of its own.
        case .token(let text) where origin.allowsNone && !text.hasPrefix(TokenText.prefix): return .local(from: source)
        case .token(let text): return try await caller(token: text, from: source)
        case .certificate(let key): return try await caller(certificate: key, from: source)
        case .session(let text):
            if let token = with.sessions.token(of: text) {
                var caller = try await caller(try await stored(token, source), from: source)
                caller.session = text
                return caller
            }
            // The browser of an earlier session keeps its cookie.
            if origin.allowsNone { return .local(from: source) }
            throw try failed("the session has ended: log in again", source, nil)
        case .loginCode(let text):
            guard let token = with.sessions.redeem(text) else {
                throw try failed("the code is not valid: it was used, or is older than a minute", source, nil)
            }
            return try await caller(try await stored(token, source), from: source)
        case .none:
            if let source, let token = bound.first(where: { $0.source.contains(source) })?.token {
                return try await caller(try await stored(token, source), from: source)
            }
            guard origin.allowsNone else {
                throw Refusal(
                    .notAuthenticated, .credential,
                    "the request carries no credential of its caller: send a token (Authorization: Bearer, the password of "
                        + "HTTP Basic, or the PasswordText of a UsernameToken), or a client certificate")
            }
            return .local(from: source)
        }
    }

    /// Checks that the credential of a caller is still accepted.
    ///
    /// - Throws: see ``caller(_:from:)``.
    func checkAgain(_ caller: Caller) async throws(Refusal) {
        if let session = caller.session, with.sessions.token(of: session) == nil {
            throw try failed("the session has ended: log in again", caller.address, nil)
        }
        switch caller.credential {
        case .token(let id): _ = try await self.caller(try await stored(id, caller.address), from: caller.address)
        case .certificate(let key): _ = try await self.caller(certificate: key, from: caller.address)
        case .local: break
        }
    }

    private func caller(certificate key: Digest, from source: IPAddress?) async throws(Refusal) -> Caller {
        let records = try await with.store.access()
        guard let principal = records.principal(certificateKey: key), !principal.isDisabled else {
            throw try failed("the client certificate belongs to no user of this server", source, nil)
        }
        return Caller(
            rights: Rights(of: principal, in: records, at: with.now()), credential: .certificate(key),
            address: source)
    }

    private func caller(token text: String, from source: IPAddress?) async throws(Refusal) -> Caller {
        guard let token = TokenText(text) else {
            throw try failed("the token is none, or was mistyped: tokens begin with vms_", source, nil)
        }
        let (found, digest) = (try await with.store.access().token(token.id), Secret.digest(of: token.secret))
        guard let found, Secret.isEqual(found.digest, digest) else { throw try invalid(source, token.id) }
        return try await caller(found, from: source)
    }

    /// The token of this id, which is bound to the source, or behind a session.
    private func stored(_ id: TokenID, _ source: IPAddress?) async throws(Refusal) -> Token {
        if let token = try await with.store.access().token(id) { return token }
        throw try invalid(source, id)
    }

    private func invalid(_ source: IPAddress?, _ id: TokenID) throws(Refusal) -> Refusal {
        try failed("the token is not valid: it was revoked, or never existed", source, id)
    }

    private func caller(_ token: Token, from source: IPAddress?) async throws(Refusal) -> Caller {
        let (records, now) = (try await with.store.access(), with.now())
        guard let principal = records.principal(token.principal), !principal.isDisabled else {
            throw try invalid(source, token.id)
        }
        guard now < token.expires else {
            throw try failed(
                "the token expired at \(token.expires.formatted(.iso8601)): ask for a new one", source, token.id)
        }
        guard token.narrowing.allows(source: source) else {
            throw try failed("the token may not be used from this address", source, token.id)
        }
        uses.note(token, at: now)
        return Caller(
            rights: Rights(of: principal, token.narrowing, in: records, at: now), credential: .token(token.id),
            address: source)
    }

    /// Counts a failure, and returns its refusal. A right token passes whatever others at its address have sent.
    ///
    /// - Throws: `tooManyFailures` in place of the reason.
    private func failed(_ why: String, _ source: IPAddress?, _ token: TokenID?) throws(Refusal) -> Refusal {
        let keys = keys(source, token)
        guard !limiter.isBlocked(keys) else { throw Self.tooMany }
        limiter.failed(keys)
        with.log.notice(
            "credential refused",
            metadata: ["from": "\(source.map { "\($0)" } ?? "")", "token": "\(token?.text ?? "")", "why": "\(why)"])
        return Refusal(.notAuthenticated, .credential, "\(why)")
    }

    private func keys(_ source: IPAddress?, _ token: TokenID?) -> [FailureLimiter.Key] {
        [source.map { .network(of: $0) }, token.map { .token($0) }].compactMap(\.self)
    }

    private static let tooMany = Refusal(
        .tooManyFailures, .credential, "too many failed credentials from this address, or of this token: wait a minute")
}

/// Records when tokens were used: at most once a minute for each, and never in a caller's way.
private final class TokenUses: Sendable {
    private let store: any Store
    private let log: Logger

    init(store: any Store, log: Logger) { (self.store, self.log) = (store, log) }

    func note(_ token: Token, at now: Date) {
        if let last = token.lastUsed, now.timeIntervalSince(last) < 60, last <= now { return }
        Task { [store, log] in
            do throws(Refusal) {
                try await store.apply([.tokenWasUsed(token.id, now)], check: { _, _ in })
            } catch {
                log.warning("the use of a token was not recorded", metadata: ["why": "\(error.reason)"])
            }
        }
    }
}
