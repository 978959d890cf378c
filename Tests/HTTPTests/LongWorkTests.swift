import Dispatch
import NIOCore
import NIOPosix
import Synchronization
import Testing
import VMSAPI

@testable import HTTP

/// A call with long work delays no other call, on any connection. The tests check the order of events, not times: the
/// long work resumes only after other calls were answered.
@Suite(.serialized)
struct LongWorkTests {
    /// Semaphores of calls with long work.
    private final class LongCall: Sendable {
        let began = DispatchSemaphore(value: 0)
        let resume = DispatchSemaphore(value: 0)
        private let late = Mutex(false)

        /// Whether the time limit passed before other calls were answered.
        var isLate: Bool { late.withLock(\.self) }

        /// Resumes `count` calls after 20 s, so that a failed test ends.
        func giveUp(_ count: Int) {
            DispatchQueue.global().asyncAfter(deadline: .now() + 20) { [self] in
                late.withLock { $0 = true }
                for _ in 0..<count {
                    began.signal()
                    resume.signal()
                }
            }
        }

        /// Waits until that many calls are working. Blocks a thread of its own, so that it delays no answer.
        func begun(by count: Int) async {
            await withCheckedContinuation { continuation in
                DispatchQueue(label: "long-call").async { [self] in
                    for _ in 0..<count { began.wait() }
                    continuation.resume()
                }
            }
        }
    }

    /// By the name in the request.
    private static let longCalls = Mutex<[String: LongCall]>([:])

    /// Blocks its thread, as a long plan does, until ``others(service:field:blanks:)`` resumes it. Called by
    /// ``RunningServer``.
    static func work(_ name: String) {
        guard let longCall = longCalls.withLock({ $0[name] }) else { return }
        longCall.began.signal()
        longCall.resume.wait()
    }

    /// More than the number of event loops, so that each has a connection with long work.
    private static let many = 2 * System.coreCount + 1

    @Test(
        "other calls are answered during long work",
        arguments: [
            ("planVirtualNetwork", "networkName", 0),
            // A service without long work, because of the size of its body alone.
            ("getAvailableArch", "os", 70_000),
        ])
    func others(service: String, field: String, blanks: Int) async throws {
        // One caller may use a share of the threads at the same time; its other calls wait for their turn.
        let (count, atOnce) = (2 * TurnThreads().count, TurnThreads().share)
        try await RunningServer.run { server in
            let name = "\(service)-call"
            let longCall = LongCall()
            Self.longCalls.withLock { $0[name] = longCall }
            longCall.giveUp(count)
            let body = "{\"\(field)\":\"\(name)\"}" + String(repeating: " ", count: blanks)
            let calls = (0..<count).map { _ in Task { try await server.json(service, body).status } }
            await longCall.begun(by: atOnce)
            // Over as many connections as there are event loops, so that each loop answers.
            for _ in 0..<Self.many {
                let answer = try await server.json("sanityTest", #"{"testString":"x"}"#)
                #expect(answer.status == 200)
            }
            // A kind of work with threads of its own.
            let listed = try await server.json("getAvailableKernelVersions", "{}")
            #expect(listed.status == 200)
            let large = blanks > 0 ? "" : String(repeating: " ", count: 70_000)
            let read = try await server.json("sanityTest", #"{"testString":"x"}"# + large)
            #expect(read.status == 200)
            #expect(!longCall.isLate, "other calls waited for the long work")
            for _ in 0..<count { longCall.resume.signal() }
            for task in calls {
                let status = try await task.value
                #expect(status == 200)
            }
        }
    }
}
