/// Measures tags from `<` to `>`, wherever the bytes are split, so that libxml2 never receives an over-long tag.
///
/// The state may be wrong only in a document that is malformed at that very place, where libxml2 stops.
struct TagScan {
    private enum State { case text, opened, bang, dash, opening, comment, section, instruction, tag }

    private static let sectionMark: StaticString = "[CDATA["

    /// Maximum length of a tag in bytes.
    let limit: Int
    private var state = State.text
    /// Number of bytes since `<`.
    private var length = 0
    /// Number of matched bytes of the mark that opens a CDATA section, or that ends a comment, section or instruction.
    private var run = 0
    /// The quotation mark around an attribute's value; 0 outside.
    private var quote: UInt8 = 0

    /// Whether a tag, comment, section or instruction is open.
    var isOpen: Bool { state != .text }

    init(limit: Int) { self.limit = limit }

    /// Takes the next byte.
    ///
    /// - Returns: `false` if the tag is longer than the limit.
    mutating func take(_ byte: UInt8) -> Bool {
        switch state {
        case .text:
            if byte == UInt8(ascii: "<") {
                state = .opened
                length = 1
            }
        case .comment: end(byte, UInt8(ascii: "-"), 2)
        case .section: end(byte, UInt8(ascii: "]"), 2)
        default: return takeMarkup(byte)
        }
        return true
    }

    private mutating func takeMarkup(_ byte: UInt8) -> Bool {
        length += 1
        switch (state, byte) {
        case (.opened, UInt8(ascii: "!")): state = .bang
        case (.opened, UInt8(ascii: "?")): enter(.instruction)
        case (.bang, UInt8(ascii: "-")): state = .dash
        // The search for the end mark begins after the opening: `<!-->` does not end the comment that it begins.
        case (.dash, UInt8(ascii: "-")): enter(.comment)
        case (.bang, UInt8(ascii: "[")):
            enter(.opening)
            run = 1
        case (.opening, Self.sectionMark.utf8Start[run]):
            run += 1
            if run == Self.sectionMark.utf8CodeUnitCount { enter(.section) }
        case (.instruction, _): end(byte, UInt8(ascii: "?"), 1)
        default: takeTag(byte)
        }
        return length <= limit || state == .comment || state == .section
    }

    private mutating func takeTag(_ byte: UInt8) {
        state = .tag
        if quote != 0 {
            if byte == quote { quote = 0 }
        } else if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "'") {
            quote = byte
        } else if byte == UInt8(ascii: ">") {
            enter(.text)
        }
    }

    private mutating func enter(_ next: State) {
        state = next
        run = 0
    }

    /// Ends the current state after at least `count` bytes equal to `mark`, followed by `>`.
    private mutating func end(_ byte: UInt8, _ mark: UInt8, _ count: Int) {
        if byte == mark {
            run = min(run + 1, count)
        } else if byte == UInt8(ascii: ">"), run == count {
            enter(.text)
        } else {
            run = 0
        }
    }
}
