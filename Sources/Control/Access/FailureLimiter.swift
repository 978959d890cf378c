internal import Model
internal import Synchronization

/// Limits failed credentials for each network of clients, and for each token's id, against guessing.
final class FailureLimiter: Sendable {
    enum Key: Hashable, Sendable {
        /// An IPv4 address, or the 64 bits of an IPv6 address that its owner does not choose.
        case network(IPPrefix)
        case token(TokenID)
        case user(String)
        /// Keys for which there is no memory.
        case others

        static func network(of address: IPAddress) -> Key {
            .network(IPPrefix(address, length: address.isIPv6 ? 64 : address.bits))
        }
    }

    private struct State {
        var counts: [Key: Int] = [:]
        var began: ContinuousClock.Instant?

        /// The key under which failures of `key` are counted.
        func counted(_ key: Key) -> Key {
            counts[key] != nil || counts.count < FailureLimiter.mostKeys ? key : .others
        }
    }

    /// Failures within a period after which further ones are answered `tooManyFailures`. A valid credential still
    /// passes.
    private let most: Int
    private let period: Duration
    /// Bounds the memory; a flood from more networks than this is counted together.
    fileprivate static let mostKeys = 10_000
    private let state = Mutex(State())

    init(most: Int = 20, period: Duration = .seconds(60)) { (self.most, self.period) = (most, period) }

    /// Whether any of the keys has failed too often within the current period.
    func isBlocked(_ keys: [Key], at now: ContinuousClock.Instant = .now) -> Bool {
        state.withLock { state in
            restart(&state, now)
            return keys.contains { (state.counts[state.counted($0)] ?? 0) >= most }
        }
    }

    /// Counts a failure.
    ///
    /// - Returns: whether one of the keys has now failed as often as it may.
    @discardableResult
    func failed(_ keys: [Key], at now: ContinuousClock.Instant = .now) -> Bool {
        state.withLock { state in
            restart(&state, now)
            let counted = keys.map(state.counted)
            for key in counted { state.counts[key, default: 0] += 1 }
            return counted.contains { state.counts[$0] == most }
        }
    }

    private func restart(_ state: inout State, _ now: ContinuousClock.Instant) {
        if let began = state.began, now - began < period { return }
        state = State(counts: [:], began: now)
    }
}
