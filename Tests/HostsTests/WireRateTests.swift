import Testing

@testable import Hosts

@Suite("The rate of a transfer")
struct WireRateTests {
    private static let piece = 250_000

    /// Sends pieces with these durations, and returns the measured rates.
    private func rates(_ pieces: [Duration]) -> [Double] {
        var rate = WireRate()
        return pieces.compactMap { rate.sent(Self.piece, took: $0) }
    }

    @Test("bytes that buffers accept immediately do not count")
    func buffers() {
        let filled = Array(repeating: Duration.microseconds(100), count: 16)
        let found = rates(filled + Array(repeating: .milliseconds(25), count: 60))
        #expect(found.count == 2)
        #expect(found.allSatisfy { abs($0 - 10_000_000) < 1 })
    }

    @Test("the rate follows a link that becomes slow")
    func change() {
        let found = rates(
            Array(repeating: .milliseconds(10), count: 75) + Array(repeating: .milliseconds(250), count: 2))
        #expect(found == [25_000_000, 1_000_000])
    }

    @Test("a link that is slower than any buffer is measured by its second piece")
    func slow() { #expect(rates([.seconds(2), .seconds(2)]) == [125_000]) }
}
