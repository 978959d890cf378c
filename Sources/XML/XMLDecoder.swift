/// Converts a document to UTF-8 piece by piece, before any parser reads it.
struct XMLDecoder {
    private enum Encoding { case utf8, ascii, latin1, utf16(bigEndian: Bool) }

    /// The encoding that the transport states.
    private let stated: String?
    /// `nil` until enough bytes of the document have arrived.
    private var encoding: Encoding?
    /// The beginning of the document, until its encoding is known.
    private var head: [UInt8] = []
    /// The first byte of a UTF-16 code unit, and the first unit of a surrogate pair.
    private var half: UInt8?
    private var surrogate: UInt32?

    /// Maximum length of an XML declaration in bytes, if the encoding has to be read from it.
    private static let longestDeclaration = 1024

    init(encoding: String?) { stated = encoding }

    /// Appends the next bytes in UTF-8. Bytes of a document that is in UTF-8 are not checked here.
    ///
    /// - Throws: `encoding`.
    mutating func decode(_ bytes: UnsafeRawBufferPointer, into result: inout [UInt8]) throws(XMLError) {
        guard encoding == nil else { return try convert(bytes, into: &result) }
        head += bytes
        try decide(isLast: false, into: &result)
    }

    /// Appends bytes that were held back.
    ///
    /// - Throws: `encoding`.
    mutating func finish(into result: inout [UInt8]) throws(XMLError) {
        if encoding == nil { try decide(isLast: true, into: &result) }
        guard half == nil, surrogate == nil else { throw XMLError(.encoding, "the document ends within a character") }
    }

    private mutating func decide(isLast: Bool, into result: inout [UInt8]) throws(XMLError) {
        let marks: [([UInt8], Encoding)] = [
            ([0xEF, 0xBB, 0xBF], .utf8), ([0xFE, 0xFF], .utf16(bigEndian: true)),
            ([0xFF, 0xFE], .utf16(bigEndian: false)),
        ]
        if let (mark, found) = marks.first(where: { head.starts(with: $0.0) }) {
            encoding = found
            head.removeFirst(mark.count)
        } else if !isLast, marks.contains(where: { $0.0.starts(with: head) }) {
            return
        } else if let stated {
            encoding = try Self.encoding(stated)
        } else if let declaration = try declaration(isLast: isLast) {
            encoding = try Self.declared(declaration).map { name throws(XMLError) in try Self.encoding(name) } ?? .utf8
        } else {
            return
        }
        let bytes = head
        head = []
        if case .utf8? = encoding {
            result += bytes
        } else {
            for byte in bytes { try convert(byte, into: &result) }
        }
    }

    /// The XML declaration; empty if there is none; `nil` if more bytes are needed to decide.
    private func declaration(isLast: Bool) throws(XMLError) -> ArraySlice<UInt8>? {
        let start = Array("<?xml".utf8)
        guard head.count > start.count else { return isLast || !start.starts(with: head) ? [] : nil }
        guard head.starts(with: start), XML.isSpace(head[start.count]) else { return [] }
        let within = head.prefix(Self.longestDeclaration)
        if let end = within.firstIndex(of: UInt8(ascii: ">")) { return within[start.count..<end] }
        guard within.count < Self.longestDeclaration else {
            throw XMLError(.encoding, "the XML declaration has more than \(Self.longestDeclaration) bytes", line: 1)
        }
        return isLast ? [] : nil
    }

    /// The value of `encoding` in an XML declaration.
    private static func declared(_ declaration: ArraySlice<UInt8>) -> String? {
        guard let key = declaration.firstRange(of: Array("encoding".utf8)) else { return nil }
        let rest = declaration[key.upperBound...].drop { XML.isSpace($0) || $0 == UInt8(ascii: "=") }
        guard let quote = rest.first, quote == UInt8(ascii: "\"") || quote == UInt8(ascii: "'") else { return nil }
        return String(decoding: rest.dropFirst().prefix { $0 != quote }, as: UTF8.self)
    }

    private static func encoding(_ name: String) throws(XMLError) -> Encoding {
        switch name.lowercased() {
        case "utf-8", "utf8": return .utf8
        case "us-ascii", "ascii": return .ascii
        case "iso-8859-1", "iso8859-1", "iso_8859-1", "latin1", "latin-1": return .latin1
        case "utf-16", "utf-16le", "utf-16be":
            throw XMLError(.encoding, "a document in UTF-16 must begin with a byte order mark")
        default:
            let shown = String(
                name.unicodeScalars.prefix(40).map { $0.isASCII && $0.value >= 0x20 ? Character($0) : "?" })
            throw XMLError(.encoding, "the encoding '\(shown)' is unknown; use UTF-8")
        }
    }

    private mutating func convert(_ bytes: UnsafeRawBufferPointer, into result: inout [UInt8]) throws(XMLError) {
        if case .utf8? = encoding {
            result.append(contentsOf: bytes)
        } else {
            for byte in bytes { try convert(byte, into: &result) }
        }
    }

    private mutating func convert(_ byte: UInt8, into result: inout [UInt8]) throws(XMLError) {
        switch encoding {
        case .utf8?, nil: result.append(byte)
        case .ascii?:
            guard byte < 0x80 else { throw XMLError(.encoding, "the document is not valid US-ASCII") }
            result.append(byte)
        case .latin1?: result += UTF8.encode(Unicode.Scalar(byte)) ?? UTF8.encodedReplacementCharacter
        case .utf16(let bigEndian)?:
            guard let first = half else {
                half = byte
                return
            }
            half = nil
            try convert(
                unit: bigEndian
                    ? UInt32(clamping: first) << 8 | UInt32(clamping: byte)
                    : UInt32(clamping: byte) << 8 | UInt32(clamping: first), &result)
        }
    }

    private mutating func convert(unit: UInt32, _ result: inout [UInt8]) throws(XMLError) {
        var code = unit
        if let high = surrogate {
            guard (0xDC00...0xDFFF).contains(unit) else {
                throw XMLError(.encoding, "the document is not valid UTF-16")
            }
            code = 0x10000 + (high - 0xD800) << 10 + (unit - 0xDC00)
            surrogate = nil
        } else if (0xD800...0xDBFF).contains(unit) {
            surrogate = unit
            return
        }
        guard let scalar = Unicode.Scalar(code), let encoded = UTF8.encode(scalar) else {
            throw XMLError(.encoding, "the document is not valid UTF-16")
        }
        result += encoded
    }
}
