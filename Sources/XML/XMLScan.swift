/// Checks every byte of a document, in UTF-8, before libxml2 does: the characters must be valid, and no tag may be too
/// long.
struct XMLScan {
    private var characters = CharacterScan()
    private var tags: TagScan
    private(set) var line = 1
    private(set) var column = 1
    /// Whether the document has anything but white space so far.
    private(set) var hasContent = false

    init(tagLimit: Int) { tags = TagScan(limit: tagLimit) }

    /// Whether the last character is complete.
    var isComplete: Bool { characters.isComplete }

    private var last: UInt8 = 0

    /// Whether the last bytes are complete markup.
    var endsWithTag: Bool { last == UInt8(ascii: ">") && !tags.isOpen }

    /// The first fault in the next bytes, and its offset.
    mutating func fault(in bytes: UnsafeBufferPointer<UInt8>) -> (offset: Int, error: XMLError)? {
        for (offset, byte) in bytes.enumerated() {
            switch characters.take(byte) {
            case .good: break
            case .control:
                let code = String(byte, radix: 16, uppercase: true)
                return (offset, error(.malformed, "the control character 0x\(code) is not allowed"))
            case .invalid: return (offset, error(.encoding, "the document is not valid UTF-8"))
            }
            guard tags.take(byte) else {
                return (offset, error(.tagTooLong, "a tag has more than \(tags.limit) bytes"))
            }
            if byte > 0x20 {
                hasContent = true
                last = byte
            }
            if byte == 0x0A {
                line += 1
                column = 1
            } else if byte & 0xC0 != 0x80 {
                column += 1
            }
        }
        return nil
    }

    private func error(_ kind: XMLError.Kind, _ message: String) -> XMLError {
        XMLError(kind, message, line: line, column: column)
    }
}
