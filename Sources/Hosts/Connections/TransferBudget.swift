/// Divides a bandwidth among the active transfers: a token bucket without clock, locks or sleep.
///
/// Bandwidth is granted in portions of equal size, first come first served. A transfer requests its next portion only
/// when it has used up the last one. So the transfers that could send more get equal shares, and the bandwidth that a
/// slow one leaves goes to the others.
struct TransferBudget: Sendable {
    /// A transfer that shares the bandwidth.
    struct Ticket: Hashable, Sendable {
        fileprivate var number: Int
    }

    /// The size of a portion in bytes. No piece of a transfer is larger.
    static let portion = 256 << 10

    /// How much unused past time still counts, since a sleeping task wakes a little late.
    private static let slack = Duration.milliseconds(50)

    private let bytesPerSecond: Double
    /// The time when all granted portions will have been sent at this bandwidth.
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

    /// Returns the unused part of a transfer's last portion.
    mutating func end(_ ticket: Ticket) {
        spent -= time(of: credits.removeValue(forKey: ticket) ?? 0)
    }

    /// Grants a transfer a piece.
    ///
    /// - Parameter now: the time since any fixed moment; never less than at an earlier call.
    /// - Returns: how long the transfer has to wait before it sends the piece.
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
