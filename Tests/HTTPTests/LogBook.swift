import Logging
import Synchronization

/// Keeps log messages at info and above as text: the message, then `key=value` in the order of the keys.
struct LogBook: LogHandler {
    private final class Kept: Sendable {
        let lines = Mutex<[String]>([])
    }

    private let kept = Kept()
    var metadata: Logger.Metadata = [:]
    var logLevel = Logger.Level.info

    var lines: [String] { kept.lines.withLock { $0 } }

    /// The lines of calls, without those of libraries.
    var calls: [String] { lines.filter { $0.hasPrefix("call ") || $0.hasPrefix("refused ") } }

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        let all = metadata.merging(event.metadata ?? [:]) { $1 }
        let words = all.map { "\($0)=\($1)" }.sorted().joined(separator: " ")
        kept.lines.withLock { $0.append("\(event.message) \(words)") }
    }
}
