import Dispatch
import Synchronization
import Testing

@testable import HTTP

/// By the order of what is done, not by a clock.
@Suite
struct TurnThreadsTests {
    private final class Book: Sendable {
        let lines = Mutex<[String]>([])
        let told = DispatchSemaphore(value: 0)

        func note(_ line: String) {
            lines.withLock { $0.append(line) }
            told.signal()
        }

        /// The lines, once there are `count` more; fewer where they do not come.
        func after(_ count: Int) async -> [String] {
            await withCheckedContinuation { continuation in
                DispatchQueue(label: "book").async { [self] in
                    for _ in 0..<count where told.wait(timeout: .now() + 20) == .timedOut { break }
                    continuation.resume()
                }
            }
            return lines.withLock(\.self)
        }
    }

    @Test("callers take turns, however much one of them asks")
    func turns() async {
        let (threads, book, goesOn) = (TurnThreads(count: 1), Book(), DispatchSemaphore(value: 0))
        threads.submit(for: "a") { goesOn.wait() }
        for index in 1...5 { threads.submit(for: "a") { book.note("a\(index)") } }
        for index in 1...2 { threads.submit(for: "b") { book.note("b\(index)") } }
        threads.submit(for: "c") { book.note("c1") }
        goesOn.signal()
        #expect(await book.after(8) == ["b1", "c1", "a1", "b2", "a2", "a3", "a4", "a5"])
    }

    @Test("no caller has more than half of the threads, and what waits is done once it may")
    func share() async {
        let (threads, book, goesOn) = (TurnThreads(count: 4), Book(), DispatchSemaphore(value: 0))
        for _ in 1...6 {
            threads.submit(for: "a") {
                book.note("a begins")
                goesOn.wait()
            }
        }
        _ = await book.after(2)
        threads.submit(for: "b") { book.note("b") }
        #expect(await book.after(1) == ["a begins", "a begins", "b"])
        for _ in 1...6 { goesOn.signal() }
        #expect(await book.after(4).count == 7)
    }
}
