internal import Model
internal import Synchronization

/// Limits failed credentials for each address, and for each token's id, against guessing.
final class FailureLimiter: Sendable {
    enum Key: Hashable, Sendable {
        case address(IPAddress)
        case token(TokenID)
        case user(String)
    }

    private struct State {
        var counts: [Key: Int] = [:]
        var began: ContinuousClock.Instant?
    }

    /// Failures within a period after which further ones are answered `tooManyFailures`. A valid credential still
    /// passes.
    private let most: Int
    private let period: Duration
    /// Bounds the memory; a flood from more addresses than this is counted together.
    private static let mostKeys = 10_000
    private let state = Mutex(State())

    init(most: Int = 20, period: Duration = .seconds(60)) { (self.most, self.period) = (most, period) }

    /// Whether any of the keys has failed too often within the current period.
    func isBlocked(_ keys: [Key], at now: ContinuousClock.Instant = .now) -> Bool {
        state.withLock { state in
            restart(&state, now)
            return keys.contains { (state.counts[$0] ?? 0) >= most }
        }
    }

    /// Counts a failure.
    ///
    /// - Returns: whether one of the keys has now failed as often as it may.
    @discardableResult
    func failed(_ keys: [Key], at now: ContinuousClock.Instant = .now) -> Bool {
        state.withLock { state in
            restart(&state, now)
            for key in keys where state.counts[key] != nil || state.counts.count < Self.mostKeys {
                state.counts[key, default: 0] += 1
            }
            return keys.contains { state.counts[$0] == most }
        }
    }

    private func restart(_ state: inout State, _ now: ContinuousClock.Instant) {
        if let began = state.began, now - began < period { return }
        state = State(counts: [:], began: now)
    }
}
