import Testing

@testable import Hosts

/// Transfers that send whenever they may, with a simulated clock.
@Suite("A bandwidth shared by transfers")
struct TransferBudgetTests {
    /// A transfer, the bytes it has sent, and the time of its next request.
    private struct Sender {
        var ticket: TransferBudget.Ticket
        var piece: Int
        /// The time that its own line needs for a piece.
        var line = Duration.zero
        var sent = 0
        var nextRequest = Duration.zero
    }

    private static let megabyte = 1_000_000

    /// Lets all senders send until the clock shows `end`: each requests a piece, waits as long as required, sends, and
    /// requests again.
    private func run(
        _ budget: inout TransferBudget, _ senders: inout [Sender], from begin: Duration = .zero, until end: Duration
    ) {
        for index in senders.indices { senders[index].nextRequest = max(senders[index].nextRequest, begin) }
        while let index = senders.indices.min(by: { senders[$0].nextRequest < senders[$1].nextRequest }),
            senders[index].nextRequest < end
        {
            let (now, piece) = (senders[index].nextRequest, senders[index].piece)
            let sends = now + budget.delay(of: piece, for: senders[index].ticket, at: now)
            if sends < end { senders[index].sent += piece }
            senders[index].nextRequest = sends + senders[index].line
        }
    }

    /// Within two portions and the slack, in bytes.
    private func isNearly(_ sent: Int, _ expected: Int) -> Bool { abs(sent - expected) < 3 * TransferBudget.portion }

    @Test("all transfers together use no more than the bandwidth, whatever their number", arguments: [1, 2, 10])
    func bound(count: Int) {
        var budget = TransferBudget(bytesPerSecond: Double(Self.megabyte))
        var senders = (0..<count).map { _ in Sender(ticket: budget.begin(), piece: 252 << 10) }
        run(&budget, &senders, until: .seconds(100))
        let total = senders.map(\.sent).reduce(0, +)
        #expect(total <= 100 * Self.megabyte + 2 * TransferBudget.portion)
        #expect(total > 98 * Self.megabyte)
    }

    @Test("each transfer gets an equal share, even if one sends small pieces")
    func fairness() {
        var budget = TransferBudget(bytesPerSecond: Double(Self.megabyte))
        var senders = [252 << 10, 4096, 100_000].map { Sender(ticket: budget.begin(), piece: $0) }
        run(&budget, &senders, until: .seconds(300))
        let most = senders.map(\.sent).max() ?? 0
        let least = senders.map(\.sent).min() ?? 0
        #expect(least * 10 > most * 6, "\(senders.map(\.sent))")
        #expect(isNearly(senders[1].sent, 100 * Self.megabyte))
    }

    @Test("the bandwidth that a slow line leaves goes to the others")
    func slowLine() {
        var budget = TransferBudget(bytesPerSecond: Double(Self.megabyte))
        // A tenth of the bandwidth.
        var senders = [
            Sender(ticket: budget.begin(), piece: 256 << 10),
            Sender(ticket: budget.begin(), piece: 100_000, line: .seconds(1)),
        ]
        run(&budget, &senders, until: .seconds(100))
        #expect(senders[1].sent > 7 * Self.megabyte)
        #expect(senders[0].sent > 88 * Self.megabyte)
    }

    @Test("a later transfer gets its share immediately, and one that ends leaves its share")
    func comingAndGoing() {
        var budget = TransferBudget(bytesPerSecond: Double(Self.megabyte))
        var first = [Sender(ticket: budget.begin(), piece: 256 << 10)]
        run(&budget, &first, until: .seconds(10))
        #expect(isNearly(first[0].sent, 10 * Self.megabyte))
        var both = first + [Sender(ticket: budget.begin(), piece: 256 << 10)]
        run(&budget, &both, from: .seconds(10), until: .seconds(20))
        #expect(isNearly(both[1].sent, 5 * Self.megabyte))
        budget.end(both[0].ticket)
        var last = [both[1]]
        let before = last[0].sent
        run(&budget, &last, until: .seconds(30))
        #expect(isNearly(last[0].sent - before, 10 * Self.megabyte))
    }

    @Test("idle time is not accumulated, and an unused part of a portion is returned")
    func idle() {
        var budget = TransferBudget(bytesPerSecond: Double(Self.megabyte))
        let ticket = budget.begin()
        let portion = TransferBudget.portion
        #expect(budget.delay(of: portion, for: ticket, at: .seconds(1000)) == .zero)
        #expect(budget.delay(of: portion, for: ticket, at: .seconds(1000)) > .milliseconds(200))
        let other = budget.begin()
        #expect(budget.delay(of: 1, for: other, at: .seconds(2000)) == .zero)
        budget.end(other)
        let third = budget.begin()
        #expect(budget.delay(of: portion, for: third, at: .seconds(2000)) == .zero, "one byte was sent, not a portion")
    }
}
