/// Writes XML: always UTF-8, never a byte order mark, with everything escaped that a reader could take for markup.
///
/// Names come from this program's code and must be XML names; values may come from anywhere. A character that XML 1.0
/// does not allow becomes U+FFFD; ``XML/isAllowed(_:)-(String)`` checks in advance.
package struct XMLWriter {
    package private(set) var bytes: [UInt8] = []
    /// Spaces for each level; 0 writes everything in one line.
    private let indent: Int
    private var level = 0
    /// Whether a line break would change the text of the current element.
    private var keepsLine = false

    /// Creates an empty writer.
    ///
    /// - Parameter indent: spaces for each level; 0 writes everything in one line. Otherwise elements begin on lines of
    ///   their own, except within an element with text.
    package init(indent: Int = 0) { self.indent = indent }

    package var text: String { String(decoding: bytes, as: UTF8.self) }

    package mutating func declaration() { bytes += "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n".utf8 }

    /// Writes an element; if the body writes nothing, it is `<name/>`.
    ///
    /// - Throws: the body's error; the writer is unusable afterwards.
    package mutating func element<Failure: Error>(
        _ name: String, _ attributes: [(String, String)] = [], _ body: (inout XMLWriter) throws(Failure) -> Void
    ) throws(Failure) {
        let keptLine = keepsLine
        if level > 0 { breakLine() }
        bytes.append(UInt8(ascii: "<"))
        append(name: name)
        for (key, value) in attributes {
            bytes.append(UInt8(ascii: " "))
            append(name: key)
            bytes += "=\"".utf8
            escape(value, inAttribute: true)
            bytes.append(UInt8(ascii: "\""))
        }
        bytes.append(UInt8(ascii: ">"))
        let start = bytes.count
        level += 1
        try body(&self)
        level -= 1
        if bytes.count == start {
            bytes[start - 1] = UInt8(ascii: "/")
            bytes.append(UInt8(ascii: ">"))
        } else {
            breakLine()
            bytes += "</".utf8
            bytes += name.utf8
            bytes.append(UInt8(ascii: ">"))
        }
        keepsLine = keptLine
    }

    package mutating func element(_ name: String, _ attributes: [(String, String)] = []) {
        element(name, attributes) { _ in }
    }

    package mutating func element(_ name: String, _ attributes: [(String, String)] = [], text: String) {
        element(name, attributes) { $0.text(text) }
    }

    package mutating func text(_ text: String) {
        keepLine()
        escape(text, inAttribute: false)
    }

    /// Writes no line breaks until the end of the open element.
    mutating func keepLine() { keepsLine = true }

    private mutating func breakLine() {
        guard indent > 0, !keepsLine else { return }
        bytes.append(0x0A)
        bytes.append(contentsOf: repeatElement(0x20, count: indent * level))
    }

    private mutating func append(name: String) {
        let ends: StaticString = " \t\r\n<>&\"'=/"
        let isName =
            !name.isEmpty
            && name.utf8.allSatisfy { byte in
                byte > 0x20 && !UnsafeBufferPointer(start: ends.utf8Start, count: ends.utf8CodeUnitCount).contains(byte)
            }
        // fits: only names that are written in this program's code get here.
        precondition(isName, "names of elements and attributes never come from users")
        bytes += name.utf8
    }

    private mutating func escape(_ text: String, inAttribute: Bool) {
        var text = text
        text.withUTF8 { utf8 in
            // The start of the part that is copied unchanged.
            var start = 0
            for index in utf8.indices {
                guard let escaped = Self.escaped(utf8, index, inAttribute: inAttribute) else { continue }
                bytes.append(contentsOf: utf8[start..<index])
                bytes.append(
                    contentsOf: UnsafeBufferPointer(start: escaped.0.utf8Start, count: escaped.0.utf8CodeUnitCount))
                start = index + escaped.length
            }
            bytes.append(contentsOf: utf8[start...])
        }
    }

    /// The replacement of the character that begins here, and its length; `nil` for no replacement.
    private static func escaped(
        _ utf8: UnsafeBufferPointer<UInt8>, _ index: Int, inAttribute: Bool
    ) -> (StaticString, length: Int)? {
        switch utf8[index] {
        case UInt8(ascii: "&"): ("&amp;", 1)
        case UInt8(ascii: "<"): ("&lt;", 1)
        case UInt8(ascii: ">"): ("&gt;", 1)
        case UInt8(ascii: "\"") where inAttribute: ("&quot;", 1)
        case UInt8(ascii: "'") where inAttribute: ("&apos;", 1)
        // A parser would turn it into a line feed, or into a space within an attribute.
        case 0x0D: ("&#13;", 1)
        case 0x0A where inAttribute: ("&#10;", 1)
        case 0x09 where inAttribute: ("&#9;", 1)
        case 0x09, 0x0A: nil
        case ..<0x20: ("\u{FFFD}", 1)
        // U+FFFE and U+FFFF are EF BF BE and EF BF BF.
        case 0xEF where utf8[index + 1] == 0xBF && utf8[index + 2] >= 0xBE: ("\u{FFFD}", 3)
        default: nil
        }
    }
}
