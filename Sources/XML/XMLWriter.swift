/// Writes XML: always UTF-8, never a byte order mark, everything escaped that a reader could take for markup.
///
/// Names come from our own code and are written as they are; values may come from anybody. A character that XML 1.0 does
/// not allow becomes U+FFFD.
package struct XMLWriter {
    package private(set) var bytes: [UInt8] = []

    package init() {}

    package var text: String { String(decoding: bytes, as: UTF8.self) }

    package mutating func declaration() { bytes += "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n".utf8 }

    /// An element; without a body that writes something it is `<name/>`.
    package mutating func element<Failure: Error>(
        _ name: String, _ attributes: [(String, String)] = [], _ body: (inout XMLWriter) throws(Failure) -> Void
    ) throws(Failure) {
        bytes.append(UInt8(ascii: "<"))
        bytes += name.utf8
        for (key, value) in attributes {
            bytes.append(UInt8(ascii: " "))
            bytes += key.utf8
            bytes += "=\"".utf8
            escape(value, inAttribute: true)
            bytes.append(UInt8(ascii: "\""))
        }
        bytes.append(UInt8(ascii: ">"))
        let start = bytes.count
        try body(&self)
        if bytes.count == start {
            bytes[start - 1] = UInt8(ascii: "/")
            bytes.append(UInt8(ascii: ">"))
        } else {
            bytes += "</".utf8
            bytes += name.utf8
            bytes.append(UInt8(ascii: ">"))
        }
    }

    package mutating func element(_ name: String, _ attributes: [(String, String)] = []) {
        element(name, attributes) { _ in }
    }

    package mutating func element(_ name: String, _ attributes: [(String, String)] = [], text: String) {
        element(name, attributes) { $0.text(text) }
    }

    package mutating func text(_ text: String) { escape(text, inAttribute: false) }

    private mutating func escape(_ text: String, inAttribute: Bool) {
        var text = text
        text.withUTF8 { utf8 in
            bytes.reserveCapacity(bytes.count + utf8.count)
            var index = 0
            while index < utf8.count {
                let byte = utf8[index]
                switch byte {
                case UInt8(ascii: "&"): bytes += "&amp;".utf8
                case UInt8(ascii: "<"): bytes += "&lt;".utf8
                case UInt8(ascii: ">"): bytes += "&gt;".utf8
                case UInt8(ascii: "\"") where inAttribute: bytes += "&quot;".utf8
                case UInt8(ascii: "'") where inAttribute: bytes += "&apos;".utf8
                // A parser would turn it into a line feed, or into a space within an attribute.
                case 0x0D: bytes += "&#13;".utf8
                case 0x0A where inAttribute: bytes += "&#10;".utf8
                case 0x09 where inAttribute: bytes += "&#9;".utf8
                case 0x09, 0x0A: bytes.append(byte)
                case ..<0x20: bytes += "\u{FFFD}".utf8
                // U+FFFE and U+FFFF are EF BF BE and EF BF BF.
                case 0xEF where index + 2 < utf8.count && utf8[index + 1] == 0xBF && utf8[index + 2] >= 0xBE:
                    bytes += "\u{FFFD}".utf8
                    index += 2
                default: bytes.append(byte)
                }
                index += 1
            }
        }
    }
}
