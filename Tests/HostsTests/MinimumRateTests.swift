import Testing

@testable import Hosts

@Suite("The minimum rate of a transfer from another host")
struct MinimumRateTests {
    /// Feeds ticks of a quarter of a second at these bytes per second. Returns the number of the first tick that was
    /// too slow.
    private func firstTooSlow(_ rates: [Int64], silentTicks: Int = 0) -> Int? {
        var pace = MinimumRate(bytesPerSecond: 1000, from: 500)
        var (done, time) = (Int64(500), Duration.zero)
        for tick in 0..<silentTicks {
            time += .milliseconds(250)
            if !pace.holds(done, after: time) { return tick }
        }
        for (tick, rate) in rates.enumerated() {
            time += .milliseconds(250)
            done += rate / 4
            if !pace.holds(done, after: time) { return silentTicks + tick }
        }
        return nil
    }

    private func seconds(_ rate: Int64, _ count: Int) -> [Int64] { Array(repeating: rate, count: count * 4) }

    @Test("at the minimum rate or faster, the transfer continues", arguments: [1000, 1300, 100_000])
    func fast(rate: Int64) { #expect(firstTooSlow(seconds(rate, 60)) == nil) }

    @Test("slower, or stopped: the transfer is abandoned after four seconds", arguments: [0, 400, 990])
    func slow(rate: Int64) {
        // A transfer at rate 0 has not even begun.
        #expect(firstTooSlow(seconds(rate, 60)) == (rate == 0 ? 59 : 16))
        let later = firstTooSlow(seconds(2000, 20) + seconds(rate, 60))
        #expect(later.map { (80...(80 + 2 * 16 + 1)).contains($0) } == true, "\(later ?? -1)")
    }

    @Test("a short pause is accepted")
    func rest() { #expect(firstTooSlow(seconds(3000, 8) + seconds(0, 2) + seconds(3000, 8)) == nil) }

    @Test("a transfer has limited time to begin")
    func begin() {
        #expect(firstTooSlow(seconds(1500, 20), silentTicks: 50) == nil)
        #expect(firstTooSlow([], silentTicks: 100) == 59)
    }
}
