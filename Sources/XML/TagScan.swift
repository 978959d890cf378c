/// Measures tags from `<` to `>`, however the bytes are cut, so that libxml2 never sees an over-long one.
///
/// It may lose its way only in a document that is malformed at that very place, where libxml2 stops.
struct TagScan {
    private enum State { case text, opened, bang, dash, opening, comment, section, instruction, tag }

    private static let sectionMark: StaticString = "[CDATA["

    /// Bytes of a tag.
    let limit: Int
    private var state = State.text
    /// Bytes since `<`.
    private var length = 0
    /// Bytes matched of the mark that opens a CDATA section, or that ends a comment, section or instruction.
    private var run = 0
    /// The quotation mark around an attribute's value; 0 outside.
    private var quote: UInt8 = 0

    /// Whether a tag, comment, section or instruction is open.
    var isOpen: Bool { state != .text }

    init(limit: Int) { self.limit = limit }

    /// - Returns: `false` when the tag is longer than the limit.
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
        // The mark's search begins behind it: `<!-->` does not end the comment that it begins.
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

    /// Leaves when at least `count` times `mark` and then `>` have come.
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
