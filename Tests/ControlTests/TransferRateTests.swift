import Testing

@testable import Control

@Suite("The rate of a transfer")
struct TransferRateTests {
    private func rate(_ steps: [(Int64, Int)], at milliseconds: Int) -> Int64? {
        var rate = TransferRate()
        for (bytes, time) in steps { rate.reached(bytes, at: .milliseconds(time)) }
        return rate.bytesPerSecond(at: .milliseconds(milliseconds))
    }

    @Test("unknown during the first second")
    func early() {
        #expect(rate([], at: 5000) == nil)
        #expect(rate([(0, 0), (900, 900)], at: 990) == nil)
    }

    @Test("afterwards the rate of the last second, not the average")
    func current() {
        #expect(rate([(0, 0), (1000, 1000)], at: 1200) == 1000)
        #expect(rate([(0, 0), (1000, 1000), (1500, 1500), (5000, 2000)], at: 2100) == 4000)
    }

    @Test("after a resumption, earlier bytes do not count")
    func resumed() { #expect(rate([(1_000_000, 0), (1_000_700, 1000)], at: 1000) == 700) }

    @Test("a stalled transfer's rate falls")
    func stalled() {
        let steps: [(Int64, Int)] = [(0, 0), (4000, 1000)]
        #expect(rate(steps, at: 2900) == 4000)
        #expect(rate(steps, at: 3000) == 0)
        #expect(rate(steps + [(4300, 1500)], at: 4000) == 100)
    }
}
