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
    /// What calls that think wait for, by what they are told.
    private static let thoughts = Mutex<[String: (began: DispatchSemaphore, goesOn: DispatchSemaphore)]>([:])

    /// Blocks its thread, as a long plan does, until ``others(_:_:)`` lets it go on. Called by ``RunningServer``.
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
            ("planVirtualNetwork", #"{"networkName":"THOUGHT"}"#),
            // Of a service that is none of those, for the size of its body alone.
            ("getAvailableArch", #"{"os":"THOUGHT"}"# + String(repeating: " ", count: 70_000)),
        ])
    func others(service: String, body: String) async throws {
        // As many as the threads for them allow.
        let count = min(Self.many, 7)
        try await RunningServer.run { server in
            let name = "\(service)-thought"
            let thought = (began: DispatchSemaphore(value: 0), goesOn: DispatchSemaphore(value: 0))
            Self.thoughts.withLock { $0[name] = thought }
            let body = body.replacing("THOUGHT", with: name)
            let thinking = (0..<count).map { _ in Task { try await server.json(service, body).status } }
            // On a thread of its own: what waits here must not take one of those that are asked.
            let began = Task {
                await withCheckedContinuation { continuation in
                    DispatchQueue(label: name).async {
                        for _ in 0..<count { thought.began.wait() }
                        continuation.resume()
                    }
                }
            }
            await began.value
            // Over as many connections as there are loops, so that each of them answers.
            for _ in 0..<Self.many {
                let answer = try await server.json("sanityTest", #"{"testString":"x"}"#)
                #expect(answer.status == 200)
            }
            for _ in 0..<count { thought.goesOn.signal() }
            for task in thinking {
                let status = try await task.value
                #expect(status == 200)
            }
        }
    }
}
