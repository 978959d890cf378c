import Synchronization
import Testing

@testable import Workers

@Suite struct ConcurrentlyTests {
    private struct Failed: Error, Equatable { var item: Int }

    /// Counts the items in work, and lets them go on when as many as expected have met, or no more can come.
    private final class Meeting: Sendable {
        private struct State {
            var inside = 0
            var most = 0
            var waiting: [CheckedContinuation<Void, Never>] = []
        }
        private let expected: Int
        private let state = Mutex(State())

        init(of expected: Int) { self.expected = expected }

        var most: Int { state.withLock(\.most) }

        func join() async {
            await withCheckedContinuation { continuation in
                let released = state.withLock { state -> [CheckedContinuation<Void, Never>] in
                    state.inside += 1
                    state.most = max(state.most, state.inside)
                    state.waiting.append(continuation)
                    guard state.waiting.count == expected else { return [] }
                    defer { state.waiting = [] }
                    return state.waiting
                }
                for one in released { one.resume() }
            }
            state.withLock { $0.inside -= 1 }
        }
    }

    @Test("all items are in work at the same time, and the answers keep their order", .timeLimit(.minutes(1)))
    func unbounded() async {
        let meeting = Meeting(of: 50)
        let answers = await concurrently(over: Array(0..<50)) { item in
            await meeting.join()
            return item * 2
        }
        #expect(answers == (0..<50).map { $0 * 2 })
    }

    @Test("no more than the width are in work", .timeLimit(.minutes(1)))
    func bounded() async {
        let meeting = Meeting(of: 4)
        let answers = await concurrently(over: Array(0..<40), atMost: 4) { item in
            await meeting.join()
            return item
        }
        #expect(answers == Array(0..<40))
        #expect(meeting.most == 4)
    }

    @Test("no items, no answers; a width of less than one is one")
    func edges() async {
        #expect(await concurrently(over: [Int]()) { $0 }.isEmpty)
        #expect(await concurrently(over: [1, 2], atMost: 0) { $0 } == [1, 2])
    }

    @Test("a failure stands beside the other outcomes")
    func keepsFailures() async {
        let found = await outcomes(over: [1, 2, 3]) { (item) async throws(Failed) -> Int in
            guard item != 2 else { throw Failed(item: item) }
            return item
        }
        #expect(found.map { try? $0.get() } == [1, nil, 3])
        #expect(found[1] == .failure(Failed(item: 2)))
    }

    @Test("items after a failure do not begin")
    func endsAtAFailure() async {
        let begun = Mutex<[Int]>([])
        await #expect(throws: Failed(item: 2)) {
            try await concurrentlyUntilFailure(over: Array(1...10), atMost: 1) { (item) async throws(Failed) -> Int in
                begun.withLock { $0.append(item) }
                guard item != 2 else { throw Failed(item: item) }
                return item
            }
        }
        #expect(begun.withLock(\.self) == [1, 2])
    }
}
