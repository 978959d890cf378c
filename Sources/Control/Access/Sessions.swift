package import Model
internal import Synchronization

/// The sessions of browsers, and one-time codes for their begin. Both are in memory only: a restart ends them.
///
/// A session stands for the token with which it began. Its rights are determined again for each request, so that a revoked
/// or expired token, or a disabled user, ends it.
package final class Sessions: Sendable {
    package struct Limits: Sendable {
        /// Maximum time from the begin to the end of a session.
        package var lifetime = Duration.seconds(12 * 3600)
        /// Maximum time between two requests.
        package var idle = Duration.seconds(3600)
        /// The time within which a code must be used.
        package var code = Duration.seconds(60)
        /// Maximum number of sessions, and of codes, of one user, and of all.
        package var perUser = 32
        package var most = 10_000

        package init() {}
    }

    /// A clock that no one sets.
    package typealias Instant = ContinuousClock.Instant

    private struct Record {
        let token: TokenID
        let user: String
        let began: Instant
        var used: Instant
    }

    private struct State {
        /// By the digest of the secret.
        var sessions: [Digest: Record] = [:]
        var codes: [Digest: Record] = [:]
    }

    private static let secretLength = 32

    package let limits: Limits
    private let now: @Sendable () -> Instant
    private let state = Mutex(State())

    package init(limits: Limits = Limits(), now: @escaping @Sendable () -> Instant = { .now }) {
        (self.limits, self.now) = (limits, now)
    }

    /// Begins a session; the user's longest unused one ends if there are too many.
    ///
    /// - Returns: the session's secret, which is stored nowhere.
    /// - Throws: `notAllowed` for a caller without a token.
    package func begin(for caller: Caller) throws(Refusal) -> String {
        let record = try record(for: caller)
        let (text, key) = Self.secret()
        state.withLock { state in
            state.sessions = state.sessions.filter { isOpen($0.value, at: record.began) }
            Self.makeRoom(in: &state.sessions, for: record.user, limits)
            state.sessions[key] = record
        }
        return text
    }

    /// Makes a code with which the caller's browser begins a session, once.
    ///
    /// - Throws: `notAllowed` for a caller without a token, and for one in a session, which would outlive itself.
    package func code(for caller: Caller) throws(Refusal) -> String {
        guard !caller.isInSession else {
            throw Refusal(.notAllowed, .credential, "a session makes no codes for others: use a token")
        }
        let record = try record(for: caller)
        let (text, key) = Self.secret()
        state.withLock { state in
            state.codes = state.codes.filter { record.began - $0.value.began < limits.code }
            Self.makeRoom(in: &state.codes, for: record.user, limits)
            state.codes[key] = record
        }
        return text
    }

    /// The token behind a session that is open; the session counts as used.
    func token(of text: String) -> TokenID? {
        let (key, now) = (Self.digest(of: text), now())
        return state.withLock { state in
            guard var record = state.sessions[key] else { return nil }
            guard isOpen(record, at: now) else {
                state.sessions[key] = nil
                return nil
            }
            record.used = now
            state.sessions[key] = record
            return record.token
        }
    }

    /// The token behind a code that was not used yet.
    func redeem(_ text: String) -> TokenID? {
        let (key, now) = (Self.digest(of: text), now())
        return state.withLock { state in
            guard let record = state.codes.removeValue(forKey: key), now - record.began < limits.code else {
                return nil
            }
            return record.token
        }
    }

    /// Ends a session, if it is open.
    package func end(_ text: String) {
        let key = Self.digest(of: text)
        state.withLock { $0.sessions[key] = nil }
    }

    private func record(for caller: Caller) throws(Refusal) -> Record {
        guard case .token(let token) = caller.credential else {
            throw Refusal(.notAllowed, .credential, "a session stands for a token: call with one")
        }
        let now = now()
        return Record(token: token, user: caller.rights.principal.name, began: now, used: now)
    }

    private func isOpen(_ record: Record, at now: Instant) -> Bool {
        now - record.began < limits.lifetime && now - record.used < limits.idle
    }

    private static func makeRoom(in records: inout [Digest: Record], for user: String, _ limits: Limits) {
        let own = records.filter { $0.value.user == user }
        let crowded = own.count >= limits.perUser ? own : records.count >= limits.most ? records : [:]
        guard let oldest = crowded.min(by: { $0.value.used < $1.value.used }) else { return }
        records[oldest.key] = nil
    }

    private static func secret() -> (text: String, key: Digest) {
        let text = Base32.text(of: Secret.random(secretLength))
        return (text, digest(of: text))
    }

    private static func digest(of text: String) -> Digest { Secret.digest(of: Array(text.utf8)) }
}
