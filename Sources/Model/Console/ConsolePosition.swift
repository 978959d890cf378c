/// A reader's position on a console.
package struct ConsolePosition: Sendable, Hashable {
    /// Number of the console's bytes before it.
    package var offset: Int64
    /// Number of notes before it.
    package var note: Int64

    package init(offset: Int64, note: Int64) { (self.offset, self.note) = (offset, note) }
}

/// Where a reader begins.
package enum ConsolePlace: Sendable, Equatable {
    /// With the oldest bytes that are kept.
    case start
    /// With the next ones.
    case end
    /// Behind this number of bytes.
    case offset(Int64)
    /// At a reader's earlier position. Its offsets are those of one session: a later one counts anew.
    case position(ConsolePosition, session: String)

    /// Reads `start`, `end`, an offset, or a position's text; `nil` for any other text.
    package init?(_ text: String) {
        switch text {
        case "start": self = .start
        case "end": self = .end
        default:
            let parts = text.split(separator: ".", maxSplits: 2, omittingEmptySubsequences: false)
            guard let offset = parts.first.flatMap({ Int64(told: $0, in: 0...Int64.max) }) else { return nil }
            if parts.count == 1 {
                self = .offset(offset)
                return
            }
            guard parts.count == 3, let note = Int64(told: parts[1], in: 0...Int64.max),
                parts[2].utf8.count <= 64
            else { return nil }
            self = .position(ConsolePosition(offset: offset, note: note), session: String(parts[2]))
        }
    }
}

extension ConsolePosition {
    /// The position as a reader sends it again: see ``ConsolePlace/init(_:)``.
    package func text(in session: String) -> String { "\(offset).\(note).\(session)" }
}
