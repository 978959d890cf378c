import Model
import Testing

@testable import Control

/// Limits of failed credentials, on a clock that the test moves.
struct FailureLimiterTests {
    private let start = ContinuousClock.now

    private func key(_ address: String) throws -> FailureLimiter.Key {
        .network(of: try #require(IPAddress(address)))
    }

    @Test("Twenty failures in a minute, then none until it is over")
    func minute() throws {
        let (limiter, key) = (FailureLimiter(), try key("192.0.2.1"))
        for number in 1...20 {
            #expect(!limiter.isBlocked([key], at: start))
            #expect(limiter.failed([key], at: start) == (number == 20))
        }
        #expect(limiter.isBlocked([key], at: start + .seconds(59)))
        #expect(try !limiter.isBlocked([self.key("192.0.2.2")], at: start))
        #expect(!limiter.isBlocked([key], at: start + .seconds(60)))
    }

    @Test("Who owns a network of IPv6 gets no more guesses by its many addresses")
    func networks() throws {
        let limiter = FailureLimiter()
        for number in 1...20 { limiter.failed([try key("2001:db8::\(number)")], at: start) }
        #expect(try limiter.isBlocked([key("2001:db8::ffff")], at: start))
        #expect(try !limiter.isBlocked([key("2001:db8:0:1::1")], at: start))
    }

    @Test("More networks than there is memory for are counted together")
    func flood() throws {
        let limiter = FailureLimiter()
        for number in 0..<10_030 {
            limiter.failed([try key("10.\(number >> 16 & 255).\(number >> 8 & 255).\(number & 255)")], at: start)
        }
        #expect(try limiter.isBlocked([key("192.0.2.1")], at: start))
        #expect(try !limiter.isBlocked([key("10.0.0.1")], at: start))
    }
}
