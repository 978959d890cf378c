import Model
import Testing

@testable import Control

@Suite struct CallLimiterTests {
    private static func limiter(atOnce: Int, perSecond: Int) -> CallLimiter {
        var limits = CallLimiter.Limits()
        (limits.atOnce, limits.perSecond) = (atOnce, perSecond)
        return CallLimiter(limits)
    }

    @Test func callsBeyondTheRateWaitForTheirTurn() throws {
        let (limiter, now) = (Self.limiter(atOnce: 100, perSecond: 10), ContinuousClock.now)
        let waits = try (0..<14).map { _ in try limiter.book("ana", at: now) }
        // The rate of a second may be used at once.
        #expect(waits.prefix(10).allSatisfy { $0 <= .zero })
        #expect(Array(waits.suffix(4)) == [100, 200, 300, 400].map { .milliseconds($0) })
        // Another user does not wait, and this one neither, later.
        #expect(try limiter.book("bo", at: now) <= .zero)
        #expect(try limiter.book("ana", at: now + .seconds(1)) <= .zero)
    }

    @Test func theCallsOfASecondDoNotComeTogether() throws {
        let (limiter, now) = (Self.limiter(atOnce: 1000, perSecond: 500), ContinuousClock.now)
        let waits = try (0..<500).map { _ in try limiter.book("ana", at: now) }
        #expect(waits.prefix(16).allSatisfy { $0 <= .zero } && waits[16] == .microseconds(500))
        #expect(waits[499] == .milliseconds(242), "484 calls at four times the rate")
        // Calls one after the other do not wait.
        #expect(try (1...100).allSatisfy { try limiter.book("bo", at: now + .milliseconds($0)) <= .zero })
    }

    @Test func callsBeyondTheNumberAtOnceAreRefusedUntilOneIsAnswered() async throws {
        let limiter = Self.limiter(atOnce: 2, perSecond: 1000)
        let caller = Caller(
            rights: .local, credential: .token(TokenID("x")), address: nil)
        let seats = [try await limiter.enter(caller), try await limiter.enter(caller)]
        await #expect(throws: Refusal.self) { try await limiter.enter(caller) }
        seats[0].leave()
        try await limiter.enter(caller).leave()
    }

    @Test func anAnswerThatGoesOnHoldsAPlaceUntilItIsReleased() async throws {
        let limiter = Self.limiter(atOnce: 1, perSecond: 1000)
        let caller = Caller(rights: .local, credential: .token(TokenID("x")), address: nil)
        var seat: CallLimiter.LastingSeat? = try limiter.stay(caller)
        await #expect(throws: Refusal.self) { try await limiter.enter(caller) }
        #expect(throws: Refusal.self) { try limiter.stay(caller) }
        #expect(seat != nil)
        seat = nil
        try await limiter.enter(caller).leave()
    }

    @Test func aCallerWithoutACredentialHasNoLimit() async throws {
        let limiter = Self.limiter(atOnce: 1, perSecond: 1)
        for _ in 0..<10 { _ = try await limiter.enter(.local(from: nil)) }
    }
}
