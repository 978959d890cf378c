/// Pauses between attempts: each twice the one before, up to a limit.
struct Backoff: Sendable, Hashable {
    private let first: Duration
    private let limit: Duration
    private var pause: Duration

    init(first: Duration = .milliseconds(100), limit: Duration = .seconds(10)) {
        self.first = first
        self.limit = limit
        pause = first
    }

    /// The pause after one more failure.
    mutating func next() -> Duration {
        defer { pause = min(pause * 2, limit) }
        return pause
    }

    /// Begins anew after a success.
    mutating func reset() {
        pause = first
    }
}
