import Synchronization
import Testing

@testable import Libvirt

/// Deadlines, turns and cancellation, with calls that block until they are released.
@Suite struct CallTests {
    @Test func aLateCallIsCountedUntilItReturns() async throws {
        let lane = Lane(limit: 2)
        let gate = Semaphore()
        let back = OneShot<Void>()
        await #expect {
            try await Call.run("slow", in: lane, deadline: .milliseconds(20)) { _ = gate.sleep(atMost: nil) }
        } throws: {
            $0 ~=~ .operationTimeout
        }
        #expect(lane.stuck == 1)
        // The lane has another thread.
        #expect(try await Call.run("quick", in: lane, deadline: .seconds(30)) { 7 } == 7)
        gate.wake()
        // The two threads of the lane meet only after the late call ended.
        let barrier = Semaphore()
        async let one: Void = Call.run("one", in: lane, deadline: nil) { barrier.wake() }
        async let two: Void = Call.run("two", in: lane, deadline: nil) {
            _ = barrier.sleep(atMost: nil)
            back.set(())
        }
        _ = try await (one, two)
        while lane.stuck > 0 { await Task.yield() }
        #expect(await back.wait() != nil)
    }

    @Test func atMostAsManyAsTheLimitRunAtOnce() async throws {
        let lane = Lane(limit: 3)
        let gauge = Gauge()
        let done = try await withThrowingTaskGroup(of: Int.self) { group in
            for index in 0..<300 {
                group.addTask {
                    try await Call.run("call", in: lane, deadline: .seconds(60)) {
                        gauge.enter()
                        defer { gauge.leave() }
                        return index
                    }
                }
            }
            return try await group.reduce(0, +)
        }
        #expect(done == 300 * 299 / 2)
        #expect((1...3).contains(gauge.most))
    }

    @Test func cancellingEndsACallThatHasNotBegun() async throws {
        let lane = Lane(limit: 1)
        let gate = Semaphore()
        let begun = OneShot<Void>()
        let first = Task {
            try await Call.run("first", in: lane, deadline: nil) {
                begun.set(())
                _ = gate.sleep(atMost: nil)
                return 1
            }
        }
        _ = await begun.wait()
        let second = Task { try await Call.run("second", in: lane, deadline: nil) { 2 } }
        second.cancel()
        await #expect { try await second.value } throws: { $0 ~=~ .operationAborted }
        first.cancel()
        gate.wake()
        // A call that has begun gets its result.
        #expect(try await first.value == 1)
        #expect(try await Call.run("third", in: lane, deadline: nil) { 3 } == 3)
    }

    @Test func idleThreadsEnd() async throws {
        let threads = BlockingThreads(idleTime: .milliseconds(1))
        let ended = OneShot<Void>()
        for _ in 0..<8 { try threads.run { ended.set(()) } }
        _ = await ended.wait()
        while threads.count > 0 { await Task.yield() }
        #expect(threads.count == 0)
        let again = OneShot<Int>()
        try threads.run { again.set(1) }
        #expect(await again.wait() == 1)
    }

    @Test func aHungConnectionIsSuspectAndOthersAreNot() async throws {
        try await TestHost.with { connection in
            let gate = Semaphore()
            await #expect {
                // Long enough for the call to begin: a call that still waits for a thread makes no connection suspect.
                try await connection.withDeadline(.milliseconds(500)) {
                    try await connection.perform("hang") { _ in _ = gate.sleep(atMost: nil) }
                }
            } throws: {
                $0 ~=~ .operationTimeout
            }
            #expect(connection.isSuspect)
            try await TestHost.with { other in
                #expect(!other.isSuspect)
                let type = try await other.driverType()
                #expect(type == "TEST")
            }
            gate.wake()
            while connection.isSuspect { await Task.yield() }
        }
    }
}

/// Counts the calls inside, and their maximum.
private final class Gauge: Sendable {
    private let counts = Mutex((now: 0, most: 0))

    var most: Int { counts.withLock { $0.most } }

    func enter() {
        counts.withLock { counts in
            counts.now += 1
            counts.most = max(counts.most, counts.now)
        }
    }

    func leave() {
        counts.withLock { $0.now -= 1 }
    }
}
