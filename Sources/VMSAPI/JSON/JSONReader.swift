/// Reads JSON (RFC 8259) strictly: UTF-8 only, no duplicate members, at most 64 levels. It ignores a byte order mark of
/// UTF-8 at the beginning, as section 8.1 allows.
///
/// Foundation's decoder silently keeps one of two members with the same name and has no configurable limit of depth,
/// which is why this reader exists.
public struct JSONReader {
    private let bytes: [UInt8]
    private var position = 0
    private static let deepest = 64
    /// Number of values so far, and its limit: each takes more memory than its byte or two of text.
    private var count = 0
    private static let most = 200_000

    /// - Throws: ``FieldError`` with the code `malformed` and the byte offset in words.
    public static func value(of bytes: [UInt8]) throws(FieldError) -> WireValue {
        if let encoding = wideEncoding(of: bytes) {
            throw FieldError(.malformed, field: "body", expected: "is in \(encoding): must be JSON in UTF-8")
        }
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw FieldError(.malformed, field: "body", expected: "must be JSON in UTF-8")
        }
        var reader = JSONReader(bytes: Array(text.utf8))
        if reader.bytes.starts(with: [0xEF, 0xBB, 0xBF]) { reader.position = 3 }
        let value = try reader.readValue(depth: 0)
        reader.skipSpace()
        guard reader.position == reader.bytes.count else { throw reader.malformed("nothing more") }
        return value
    }

    /// The encoding of the bytes, by their byte order mark or by the zeros in the first character, which is ASCII in
    /// JSON.
    private static func wideEncoding(of bytes: [UInt8]) -> String? {
        let zeros = bytes.prefix(4).map { $0 == 0 }
        switch zeros {
        case [true, true, true, false], [false, true, true, true], [true, true, false, false]: return "UTF-32"
        case _ where bytes.starts(with: [0xFF, 0xFE, 0, 0]): return "UTF-32"
        case _ where bytes.starts(with: [0xFF, 0xFE]) || bytes.starts(with: [0xFE, 0xFF]): return "UTF-16"
        case _ where zeros.starts(with: [true, false]) || zeros.starts(with: [false, true]): return "UTF-16"
        default: return nil
        }
    }

    private func malformed(_ expected: String) -> FieldError {
        guard position < bytes.count else {
            return FieldError(
                .malformed, field: "body",
                expected: "must be JSON, and is truncated: it ends at byte \(position), which should be \(expected)")
        }
        return FieldError(.malformed, field: "body", expected: "must be JSON: byte \(position) should be \(expected)")
    }

    private var next: UInt8? { position < bytes.count ? bytes[position] : nil }

    private mutating func skipSpace() {
        while let byte = next, byte == 0x20 || byte == 0x09 || byte == 0x0A || byte == 0x0D { position += 1 }
    }

    private mutating func take(_ scalar: UnicodeScalar) -> Bool {
        guard next == UInt8(ascii: scalar) else { return false }
        position += 1
        return true
    }

    private mutating func readValue(depth: Int) throws(FieldError) -> WireValue {
        guard depth < Self.deepest else { throw malformed("at most \(Self.deepest) levels deep") }
        count += 1
        guard count <= Self.most else { throw malformed("one of at most \(Self.most) values") }
        skipSpace()
        switch next {
        case UInt8(ascii: "{"): return .object(try readMembers(depth: depth))
        case UInt8(ascii: "["): return .array(try readItems(depth: depth))
        case UInt8(ascii: "\""): return .string(try readString())
        case UInt8(ascii: "t"): return try readWord("true", .bool(true))
        case UInt8(ascii: "f"): return try readWord("false", .bool(false))
        case UInt8(ascii: "n"): return try readWord("null", .null)
        default: return .number(try readNumber())
        }
    }

    private mutating func readWord(_ word: String, _ value: WireValue) throws(FieldError) -> WireValue {
        guard bytes[position...].starts(with: word.utf8) else {
            if word.utf8.starts(with: bytes[position...]) { position = bytes.count }
            throw malformed("a value")
        }
        position += word.utf8.count
        return value
    }

    private mutating func readMembers(depth: Int) throws(FieldError) -> [WireValue.Member] {
        position += 1
        var members: [WireValue.Member] = []
        var names: Set<String> = []
        skipSpace()
        if take("}") { return members }
        while true {
            skipSpace()
            guard next == UInt8(ascii: "\"") else { throw malformed("a member's name in quotes") }
            let name = try readString()
            guard names.insert(name).inserted else {
                throw FieldError(.duplicateField, field: name, expected: "was sent twice; send it once, or as an array")
            }
            skipSpace()
            guard take(":") else { throw malformed("':'") }
            members.append(.init(name, try readValue(depth: depth + 1)))
            skipSpace()
            if take("}") { return members }
            guard take(",") else { throw malformed("',' or '}'") }
        }
    }

    private mutating func readItems(depth: Int) throws(FieldError) -> [WireValue] {
        position += 1
        var items: [WireValue] = []
        skipSpace()
        if take("]") { return items }
        while true {
            items.append(try readValue(depth: depth + 1))
            skipSpace()
            if take("]") { return items }
            guard take(",") else { throw malformed("',' or ']'") }
        }
    }

    private mutating func readNumber() throws(FieldError) -> String {
        let start = position
        _ = take("-")
        if !take("0") { try readDigits() }
        if take(".") { try readDigits() }
        if take("e") || take("E") {
            if !take("+") { _ = take("-") }
            try readDigits()
        }
        return String(decoding: bytes[start..<position], as: UTF8.self)
    }

    private mutating func readDigits() throws(FieldError) {
        guard let digit = next, (0x30...0x39).contains(digit) else { throw malformed("a value") }
        while let digit = next, (0x30...0x39).contains(digit) { position += 1 }
    }

    private mutating func readString() throws(FieldError) -> String {
        position += 1
        var text: [UInt8] = []
        while let byte = next {
            position += 1
            switch byte {
            case UInt8(ascii: "\""): return String(decoding: text, as: UTF8.self)
            case UInt8(ascii: "\\"): try readEscape(into: &text)
            case ..<0x20: throw malformed("an escape, not a control character")
            default: text.append(byte)
            }
        }
        throw malformed("the end of the text")
    }

    private mutating func readEscape(into text: inout [UInt8]) throws(FieldError) {
        guard let byte = next else { throw malformed("an escape") }
        position += 1
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): text.append(byte)
        case UInt8(ascii: "b"): text.append(0x08)
        case UInt8(ascii: "f"): text.append(0x0C)
        case UInt8(ascii: "n"): text.append(0x0A)
        case UInt8(ascii: "r"): text.append(0x0D)
        case UInt8(ascii: "t"): text.append(0x09)
        case UInt8(ascii: "u"):
            var unit = try readHex()
            if (0xD800...0xDBFF).contains(unit) {
                guard take("\\"), take("u") else { throw malformed("the second half of a surrogate pair") }
                let low = try readHex()
                guard (0xDC00...0xDFFF).contains(low) else { throw malformed("the second half of a surrogate pair") }
                unit = 0x10000 + (unit - 0xD800) << 10 + (low - 0xDC00)
            }
            guard let scalar = UnicodeScalar(unit) else { throw malformed("a Unicode scalar") }
            text += String(Character(scalar)).utf8
        default: throw malformed("one of JSON's escapes")
        }
    }

    private mutating func readHex() throws(FieldError) -> UInt32 {
        guard position + 4 <= bytes.count,
            let unit = UInt32(String(decoding: bytes[position..<position + 4], as: UTF8.self), radix: 16),
            bytes[position] != UInt8(ascii: "+"), bytes[position] != UInt8(ascii: "-")
        else { throw malformed("four hexadecimal digits") }
        position += 4
        return unit
    }
}
