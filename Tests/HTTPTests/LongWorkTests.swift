import Dispatch
import NIOCore
import NIOPosix
import Synchronization
import Testing
import VMSAPI

@testable import HTTP

/// A call that thinks for long holds up nobody, on whatever connection. By the order of what happens, not by a clock: what
/// thinks goes on only once others were answered.
@Suite(.serialized)
struct LongWorkTests {
    /// What calls that think wait for.
    private final class Thought: Sendable {
        let began = DispatchSemaphore(value: 0)
        let goesOn = DispatchSemaphore(value: 0)
        private let late = Mutex(false)

        /// Whether the test had to give up: nobody was answered.
        var isLate: Bool { late.withLock(\.self) }

        /// Lets `count` calls go on that nobody lets go on, so that a test that fails ends.
        func giveUp(_ count: Int) {
            DispatchQueue.global().asyncAfter(deadline: .now() + 20) { [self] in
                late.withLock { $0 = true }
                for _ in 0..<count {
                    began.signal()
                    goesOn.signal()
                }
            }
        }

        /// Once so many calls think; on a thread of its own, so that none of those that are asked waits.
        func begun(by count: Int) async {
            await withCheckedContinuation { continuation in
                DispatchQueue(label: "thought").async { [self] in
                    for _ in 0..<count { began.wait() }
                    continuation.resume()
                }
            }
        }
    }

    /// By what calls are told.
    private static let thoughts = Mutex<[String: Thought]>([:])

    /// Blocks its thread, as a long plan does, until ``others(service:field:blanks:)`` lets it go on. Called by ``RunningServer``.
    static func think(_ name: String) {
        guard let thought = thoughts.withLock({ $0[name] }) else { return }
        thought.began.signal()
        thought.goesOn.wait()
    }

    /// More than there are event loops, each with a connection and a call that thinks.
    private static let many = 2 * System.coreCount + 1

    @Test(
        "other calls are answered while plans are made",
        arguments: [
            ("planVirtualNetwork", "networkName", 0),
            // Of a service that is none of those, for the size of its body alone.
            ("getAvailableArch", "os", 70_000),
        ])
    func others(service: String, field: String, blanks: Int) async throws {
        // More than one caller may have thinking at once; the others wait for their turn.
        let (count, atOnce) = (2 * TurnThreads().count, TurnThreads().share)
        try await RunningServer.run { server in
            let name = "\(service)-thought"
            let thought = Thought()
            Self.thoughts.withLock { $0[name] = thought }
            thought.giveUp(count)
            let body = "{\"\(field)\":\"\(name)\"}" + String(repeating: " ", count: blanks)
            let thinking = (0..<count).map { _ in Task { try await server.json(service, body).status } }
            await thought.begun(by: atOnce)
            // Over as many connections as there are loops, so that each of them answers.
            for _ in 0..<Self.many {
                let answer = try await server.json("sanityTest", #"{"testString":"x"}"#)
                #expect(answer.status == 200)
            }
            // Of a kind that is thought about elsewhere.
            let listed = try await server.json("getAvailableKernelVersions", "{}")
            #expect(listed.status == 200)
            let large = blanks > 0 ? "" : String(repeating: " ", count: 70_000)
            let read = try await server.json("sanityTest", #"{"testString":"x"}"# + large)
            #expect(read.status == 200)
            #expect(!thought.isLate, "others waited for those that think")
            for _ in 0..<count { thought.goesOn.signal() }
            for task in thinking {
                let status = try await task.value
                #expect(status == 200)
            }
        }
    }
}
