import Testing

@testable import Hosts

/// When the rest of an image is sent another way. Rates are in bytes per second.
@Suite("The choice of a faster way")
struct FasterWayTests {
    private static let megabyte = 1_000_000.0

    private func saves(_ rate: Double, plain: Double, rest: Double = 1000) -> Bool {
        FasterWay(rate: rate * Self.megabyte, plain: plain * Self.megabyte).saves(rest * Self.megabyte)
    }

    @Test("a way that is faster by more than a quarter: yes", arguments: [15.1, 20, 100, 1000])
    func faster(rate: Double) { #expect(saves(rate, plain: 12)) }

    @Test("a way that is hardly faster, as fast, slower, or dead: no", arguments: [14.9, 12, 3, 0])
    func slower(rate: Double) { #expect(!saves(rate, plain: 12)) }

    @Test("a way that would save less than 2 s: no")
    func little() {
        #expect(saves(100, plain: 10, rest: 23))
        #expect(!saves(100, plain: 10, rest: 22))
        #expect(!saves(1000, plain: 500))
    }

    @Test("no search starts while little is left")
    func look() {
        #expect(FasterWay.isWorthLooking(rest: 1 << 30, plain: 100 * Self.megabyte))
        #expect(!FasterWay.isWorthLooking(rest: 1 << 30, plain: 600 * Self.megabyte))
        #expect(!FasterWay.isWorthLooking(rest: 0, plain: 1))
    }
}
