/// What happened on a console besides its bytes.
package enum ConsoleNote: Sendable, Equatable {
    /// The bytes behind it come from this host.
    case opened(host: String)
    /// The machine was moved; the bytes behind it come from its new host.
    case moved(from: String, to: String)
    /// Bytes are missing here; `nil` if their number is not known.
    case gap(bytes: Int64?)
    /// The console cannot be read at present.
    case closed(host: String, reason: String)
    /// This user types on the console now.
    case writer(String)
}

/// A part of what a console showed.
package struct ConsolePiece: Sendable, Equatable {
    package enum Content: Sendable, Equatable {
        case bytes([UInt8])
        case note(ConsoleNote)
    }

    package var content: Content
    /// The position behind it.
    package var next: ConsolePosition

    package init(_ content: Content, next: ConsolePosition) { (self.content, self.next) = (content, next) }

    /// Its bytes; none for a note.
    package var bytes: [UInt8] { if case .bytes(let bytes) = content { bytes } else { [] } }
}
