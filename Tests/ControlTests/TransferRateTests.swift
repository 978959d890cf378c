import Testing

@testable import Control

@Suite("How fast a transfer goes")
struct TransferRateTests {
    private func rate(_ steps: [(Int64, Int)], at milliseconds: Int) -> Int64? {
        var rate = TransferRate()
        for (bytes, time) in steps { rate.reached(bytes, at: .milliseconds(time)) }
        return rate.bytesPerSecond(at: .milliseconds(milliseconds))
    }

    @Test("nobody knows before a second is over")
    func early() {
        #expect(rate([], at: 5000) == nil)
        #expect(rate([(0, 0), (900, 900)], at: 990) == nil)
    }

    @Test("then it is that of the last second, not of all")
    func current() {
        #expect(rate([(0, 0), (1000, 1000)], at: 1200) == 1000)
        #expect(rate([(0, 0), (1000, 1000), (1500, 1500), (5000, 2000)], at: 2100) == 4000)
    }

    @Test("where it goes on after a break, what was there before does not count")
    func resumed() { #expect(rate([(1_000_000, 0), (1_000_700, 1000)], at: 1000) == 700) }

    @Test("one that stands still is told to, more and more")
    func stalled() {
        let steps: [(Int64, Int)] = [(0, 0), (4000, 1000)]
        #expect(rate(steps, at: 2900) == 4000)
        #expect(rate(steps, at: 3000) == 0)
        #expect(rate(steps + [(4300, 1500)], at: 4000) == 100)
    }
}
