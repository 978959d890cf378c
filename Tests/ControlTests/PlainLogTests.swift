import Logging
import Model
import Synchronization
import Testing

@testable import Control

/// Logs with words chosen by callers, hosts and guests.
struct PlainLogTests {
    /// Records the entries that reach it.
    private struct Kept: LogHandler {
        final class Entries: Sendable { let all = Mutex<[String]>([]) }

        let entries: Entries
        var metadata: Logger.Metadata = [:]
        var logLevel = Logger.Level.trace

        subscript(metadataKey key: String) -> Logger.Metadata.Value? {
            get { metadata[key] }
            set { metadata[key] = newValue }
        }

        func log(event: LogEvent) {
            let words = (event.metadata ?? [:]).map { "\($0)=\($1)" }.sorted().joined(separator: " ")
            entries.all.withLock { $0.append("\(event.message) \(words) \(event.error.map { "\($0)" } ?? "")") }
        }
    }

    private struct Loud: Error, CustomStringConvertible { var description: String { "a\nb" } }

    @Test("Each entry stays one line of plain text, in message, metadata and error")
    func plain() {
        let entries = Kept.Entries()
        var log = Logger(label: "test") { _ in PlainLog(Kept(entries: entries)) }
        log[metadataKey: "id"] = "1\n2"
        log.info(
            "a\nb\u{1B}[31m\u{7F}\u{9B}\u{2028}\u{2029}\u{202E}\u{2066}\u{FEFF}é€\u{1D11E}",
            metadata: ["from": "x\r\ny", "list": ["a\u{0}"], "of": ["k": "\u{85}"]])
        log.error("c", error: Loud())
        #expect(
            entries.all.withLock { $0 } == [
                "a\\u{A}b\\u{1B}[31m\\u{7F}\\u{9B}\\u{2028}\\u{2029}\\u{202E}\\u{2066}\\u{FEFF}é€\u{1D11E} "
                    + "from=x\\u{D}\\u{A}y id=1\\u{A}2 list=[\"a\\\\u{0}\"] of=[\"k\": \"\\\\u{85}\"] ",
                "c error=a\\u{A}b id=1\\u{A}2 ",
            ])
    }

    @Test("A line is bounded, however long the message")
    func bounded() {
        let entries = Kept.Entries()
        let log = Logger(label: "test") { _ in PlainLog(Kept(entries: entries)) }
        let long = String(repeating: "\u{1}x", count: 1 << 20)
        log.info("\(long)", metadata: ["value": "\(long)"])
        let line = entries.all.withLock { $0.first } ?? ""
        #expect(line.utf8.count < 16_384)
        #expect(line.contains("(2097152 bytes)"))
    }
}

/// Callers that wait for events.
struct EventWaitTests {
    @Test("With too many waiters, the one that has waited longest is answered early")
    func bounded() async throws {
        let world = try await World()
        let book = EventBook(store: world.store, most: 2)
        let waits = { @Sendable (number: Int64) async throws -> [HostEvent] in
            try await book.events(after: 1_000_000 + number, host: nil, limit: 1, patience: .seconds(3600))
        }
        let first = Task { try await waits(1) }
        while await book.waiting < 1 { await Task.yield() }
        let second = Task { try await waits(2) }
        while await book.waiting < 2 { await Task.yield() }
        let third = Task { try await waits(3) }
        #expect(try await first.value.isEmpty)
        #expect(await book.waiting == 2)
        second.cancel()
        third.cancel()
        try world.close()
    }
}
