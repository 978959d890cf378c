import Foundation
import Model
import Synchronization
import Testing

@testable import Control

/// When the sessions of browsers end.
struct SessionTests {
    private final class Clock: Sendable {
        private let state = Mutex(ContinuousClock.now)
        var now: ContinuousClock.Instant { state.withLock { $0 } }
        func pass(seconds: Int) { state.withLock { $0 = $0.advanced(by: .seconds(seconds)) } }
    }

    private let clock = Clock()
    private let sessions: Sessions

    init() {
        var limits = Sessions.Limits()
        (limits.perUser, limits.most) = (2, 3)
        sessions = Sessions(limits: limits) { [clock] in clock.now }
    }

    private func caller(_ name: String) -> Caller {
        let principal = Principal(name: name, kind: .user, serverRole: .viewer, created: .distantPast)
        return Caller(
            rights: Rights(of: principal, in: AccessRecords(), at: .distantPast), credential: .token(TokenID(name)),
            address: nil)
    }

    @Test("a session ends twelve hours after its begin, and an hour after its last use")
    func times() throws {
        let (used, idle) = (try sessions.begin(for: caller("ana")), try sessions.begin(for: caller("ana")))
        for _ in 1...12 {
            clock.pass(seconds: 3599)
            #expect(sessions.token(of: used) == TokenID("ana"))
        }
        #expect(sessions.token(of: idle) == nil)
        clock.pass(seconds: 12)
        #expect(sessions.token(of: used) == nil)
    }

    @Test("a code is valid once, within a minute")
    func codes() throws {
        let (used, late) = (try sessions.code(for: caller("ana")), try sessions.code(for: caller("ana")))
        #expect(sessions.redeem(used) == TokenID("ana"))
        #expect(sessions.redeem(used) == nil && sessions.redeem(used + "a") == nil)
        clock.pass(seconds: 60)
        #expect(sessions.redeem(late) == nil)
    }

    @Test("a user with too many sessions loses the longest unused one, and only then do others")
    func bounds() throws {
        let other = try sessions.begin(for: caller("bo"))
        let own = try (1...3).map { _ in
            clock.pass(seconds: 1)
            return try sessions.begin(for: caller("ana"))
        }
        #expect(sessions.token(of: own[0]) == nil && sessions.token(of: other) != nil)
        clock.pass(seconds: 1)
        #expect(sessions.token(of: own[2]) != nil)
        let third = try sessions.begin(for: caller("eve"))
        #expect(sessions.token(of: own[1]) == nil && sessions.token(of: third) != nil)
    }

    @Test("a caller without a token has no session, and a session makes no code")
    func refused() {
        for credential in [Caller.Credential.local, .certificate(Digest("c"))] {
            let other = Caller(rights: .local, credential: credential, address: nil)
            #expect(throws: Refusal.self) { try sessions.begin(for: other) }
            #expect(throws: Refusal.self) { try sessions.code(for: other) }
        }
        var inside = caller("ana")
        inside.session = "x"
        #expect(throws: Refusal.self) { try sessions.code(for: inside) }
    }

    @Test("an ended session is closed at once")
    func end() throws {
        let text = try sessions.begin(for: caller("ana"))
        sessions.end(text)
        #expect(sessions.token(of: text) == nil)
    }
}
