package import Model
internal import Synchronization

/// Limits the calls of each user, so that a program that floods the server delays itself alone.
///
/// Calls beyond the rate wait for their turn; calls beyond the number at once are refused.
package final class CallLimiter: Sendable {
    package struct Limits: Sendable, Equatable {
        /// Maximum number of a user's calls that are not answered yet, those that wait included.
        package var atOnce = 256
        /// Maximum rate of a user's calls, on average over a second.
        package var perSecond = 500

        package init() {}
    }

    /// The place of a call that is not answered yet.
    package struct Seat: Sendable {
        private let limiter: CallLimiter?
        private let user: String

        fileprivate init(_ limiter: CallLimiter?, _ user: String) { (self.limiter, self.user) = (limiter, user) }

        /// Frees the place; to be called exactly once.
        package func leave() { limiter?.leave(user) }
    }

    /// The place of an answer that goes on for long, which it frees when it is released.
    package final class LastingSeat: Sendable {
        private let seat: Seat

        package init(_ seat: Seat) { self.seat = seat }

        deinit { seat.leave() }
    }

    private struct Account {
        var active = 0
        /// The times up to which the rate, and the peak rate, are used up.
        var used: ContinuousClock.Instant
        var peak: ContinuousClock.Instant
    }

    private let limits: Limits
    private let accounts = Mutex<[String: Account]>([:])
    /// A caller may use the rate of this period at once.
    private static let burst = Duration.seconds(1)
    /// The rate within such a period is at most so many times the rate on average, after the first calls: otherwise the
    /// calls of a whole second would come together, and delay everybody's.
    private static let peakFactor = 4
    private static let firstCalls = 16

    package init(_ limits: Limits = Limits()) { self.limits = limits }

    /// Takes a place for a call, and waits for its turn. A caller without a credential, on the server's own machine,
    /// has no limit.
    ///
    /// - Throws: `tooManyCalls`.
    package func enter(_ caller: Caller) async throws(Refusal) -> Seat {
        let user = caller.rights.principal.name
        guard caller.credential != .local else { return Seat(nil, user) }
        let wait = try book(user, at: .now)
        if wait > .zero { try? await Task.sleep(for: wait) }
        return Seat(self, user)
    }

    /// Takes a place for an answer that goes on for long.
    ///
    /// - Throws: `tooManyCalls`.
    package func stay(_ caller: Caller) throws(Refusal) -> LastingSeat {
        let user = caller.rights.principal.name
        guard caller.credential != .local else { return LastingSeat(Seat(nil, user)) }
        // The call that began it has waited for its turn.
        _ = try book(user, at: .now)
        return LastingSeat(Seat(self, user))
    }

    /// Takes a place, and returns the time until the call's turn.
    ///
    /// - Throws: `tooManyCalls`.
    func book(_ user: String, at now: ContinuousClock.Instant) throws(Refusal) -> Duration {
        let (atOnce, interval) = (limits.atOnce, Duration.seconds(1) / limits.perSecond)
        let least = interval / Self.peakFactor
        let wait = accounts.withLock { accounts -> Duration? in
            var account = accounts[user] ?? Account(used: now, peak: now)
            guard account.active < atOnce else { return nil }
            account.active += 1
            account.used = max(account.used, now) + interval
            account.peak = max(account.peak, now) + least
            accounts[user] = account
            return max(account.used - now - Self.burst, account.peak - now - least * Self.firstCalls)
        }
        if let wait { return wait }
        throw Refusal(
            .tooManyCalls, .credential,
            "\(atOnce) calls of '\(user)' are not answered yet, which is the limit: wait for some of them")
    }

    private func leave(_ user: String) {
        accounts.withLock { accounts in
            accounts[user]?.active -= 1
            // The rate of a user without calls is forgotten when it is free again, so that the table stays small.
            if let account = accounts[user], account.active == 0, account.used <= .now { accounts[user] = nil }
        }
    }
}
