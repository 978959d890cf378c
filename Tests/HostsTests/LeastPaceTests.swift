import Testing

@testable import Hosts

@Suite("What another host sends must come fast enough")
struct LeastPaceTests {
    /// Ticks of a quarter of a second at so many bytes per second; the number of the first that did not hold.
    private func firstTooSlow(_ rates: [Int64], silentTicks: Int = 0) -> Int? {
        var pace = LeastPace(bytesPerSecond: 1000, from: 500)
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

    @Test("as fast as it has to be, or faster: it goes on", arguments: [1000, 1300, 100_000])
    func fast(rate: Int64) { #expect(firstTooSlow(seconds(rate, 60)) == nil) }

    @Test("slower, or not at all any more: it is given up after four seconds", arguments: [0, 400, 990])
    func slow(rate: Int64) {
        // Nothing at all has not even begun.
        #expect(firstTooSlow(seconds(rate, 60)) == (rate == 0 ? 59 : 16))
        let later = firstTooSlow(seconds(2000, 20) + seconds(rate, 60))
        #expect(later.map { (80...(80 + 2 * 16 + 1)).contains($0) } == true, "\(later ?? -1)")
    }

    @Test("a moment's rest is nothing")
    func rest() { #expect(firstTooSlow(seconds(3000, 8) + seconds(0, 2) + seconds(3000, 8)) == nil) }

    @Test("it has time to begin, but not for ever")
    func begin() {
        #expect(firstTooSlow(seconds(1500, 20), silentTicks: 50) == nil)
        #expect(firstTooSlow([], silentTicks: 100) == 59)
    }
}
