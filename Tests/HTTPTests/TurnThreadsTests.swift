import Dispatch
import Synchronization
import Testing

@testable import HTTP

/// The tests check the order of events, not times.
@Suite
struct TurnThreadsTests {
    private final class Book: Sendable {
        let lines = Mutex<[String]>([])
        let noted = DispatchSemaphore(value: 0)

        func note(_ line: String) {
            lines.withLock { $0.append(line) }
            noted.signal()
        }

        /// The lines, once there are `count` more; fewer after a timeout.
        func after(_ count: Int) async -> [String] {
            await withCheckedContinuation { continuation in
                DispatchQueue(label: "book").async { [self] in
                    for _ in 0..<count where noted.wait(timeout: .now() + 20) == .timedOut { break }
                    continuation.resume()
                }
            }
            return lines.withLock(\.self)
        }
    }

    @Test("callers take turns, however many calls one of them has queued")
    func turns() async {
        let (threads, book, resume) = (TurnThreads(count: 1), Book(), DispatchSemaphore(value: 0))
        threads.submit(for: "a") { resume.wait() }
        for index in 1...5 { threads.submit(for: "a") { book.note("a\(index)") } }
        for index in 1...2 { threads.submit(for: "b") { book.note("b\(index)") } }
        threads.submit(for: "c") { book.note("c1") }
        resume.signal()
        #expect(await book.after(8) == ["b1", "c1", "a1", "b2", "a2", "a3", "a4", "a5"])
    }

    @Test("no caller uses more than half of the threads, and its queued work is done later")
    func share() async {
        let (threads, book, resume) = (TurnThreads(count: 4), Book(), DispatchSemaphore(value: 0))
        for _ in 1...6 {
            threads.submit(for: "a") {
                book.note("a begins")
                resume.wait()
            }
        }
        _ = await book.after(2)
        threads.submit(for: "b") { book.note("b") }
        #expect(await book.after(1) == ["a begins", "a begins", "b"])
        for _ in 1...6 { resume.signal() }
        #expect(await book.after(4).count == 7)
    }
}
