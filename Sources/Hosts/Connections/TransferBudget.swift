/// Shares a bandwidth among the transfers that are under way: a token bucket without clock, locks or sleep.
///
/// Bandwidth is given out in portions of equal size, first come first served. A transfer asks for its next portion only
/// when it has used the last one up, so that those that could send more get equally much, and what a slow one leaves goes
/// to the others.
struct TransferBudget: Sendable {
    /// A transfer that takes part.
    struct Ticket: Hashable, Sendable {
        fileprivate var number: Int
    }

    /// Bytes that are given out at a time. No piece of a transfer is larger.
    static let portion = 256 << 10

    /// How much of the past can still be used, since whoever sleeps wakes a little late.
    private static let slack = Duration.milliseconds(50)

    private let bytesPerSecond: Double
    /// When everything that was given out will have been sent at this bandwidth.
    private var spent = Duration.zero
    private var credits: [Ticket: Int] = [:]
    private var count = 0

    init(bytesPerSecond: Double) { self.bytesPerSecond = bytesPerSecond }

    mutating func begin() -> Ticket {
        count += 1
        let ticket = Ticket(number: count)
        credits[ticket] = 0
        return ticket
    }

    /// Gives back what a transfer has not used of its last portion.
    mutating func end(_ ticket: Ticket) {
        spent -= time(of: credits.removeValue(forKey: ticket) ?? 0)
    }

    /// Lets a transfer send a piece.
    ///
    /// - Parameter now: since any fixed moment; never less than at an earlier call.
    /// - Returns: how long it has to wait before it sends.
    mutating func delay(of bytes: Int, for ticket: Ticket, at now: Duration) -> Duration {
        var credit = credits[ticket] ?? 0
        var start = now
        while credit < bytes {
            start = max(spent, now - Self.slack)
            spent = start + time(of: Self.portion)
            credit += Self.portion
        }
        credits[ticket] = credit - bytes
        return max(start - now, .zero)
    }

    private func time(of bytes: Int) -> Duration { .seconds(Double(bytes) / bytesPerSecond) }
}
