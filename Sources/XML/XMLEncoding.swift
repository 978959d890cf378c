/// The encodings that documents come in, turned into UTF-8 before any parser sees them.
enum XMLEncoding {
    /// - Throws: `encoding` for an encoding that is not known, or bytes that are not in it.
    static func utf8(_ bytes: [UInt8], charset: String?) throws(XMLError) -> [UInt8] {
        if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { return try checked(Array(bytes.dropFirst(3))) }
        if bytes.starts(with: [0xFE, 0xFF]) { return try utf16(bytes.dropFirst(2), bigEndian: true) }
        if bytes.starts(with: [0xFF, 0xFE]) { return try utf16(bytes.dropFirst(2), bigEndian: false) }
        let name = (charset ?? declared(bytes) ?? "utf-8").lowercased()
        switch name {
        case "utf-8", "utf8", "us-ascii", "ascii": return try checked(bytes)
        case "iso-8859-1", "iso8859-1", "latin1", "latin-1":
            return Array(String(String.UnicodeScalarView(bytes.map { UnicodeScalar($0) })).utf8)
        // Without a byte order mark, the first character of a document, '<', tells the order.
        case "utf-16", "utf-16be", "utf-16le":
            return try utf16(bytes[...], bigEndian: name != "utf-16le" && bytes.first != UInt8(ascii: "<"))
        default: throw XMLError(.encoding, "the encoding '\(name.prefix(40))' is not known; use UTF-8")
        }
    }

    private static func checked(_ bytes: [UInt8]) throws(XMLError) -> [UInt8] {
        guard String(validating: bytes, as: UTF8.self) != nil else {
            throw XMLError(.encoding, "the document is not valid UTF-8")
        }
        return bytes
    }

    private static func utf16(_ bytes: ArraySlice<UInt8>, bigEndian: Bool) throws(XMLError) -> [UInt8] {
        let start = bytes.startIndex
        let units = stride(from: start, to: bytes.endIndex - 1, by: 2).map { index in
            let (first, second) = (UInt16(bytes[index]), UInt16(bytes[index + 1]))
            return bigEndian ? first << 8 | second : second << 8 | first
        }
        guard bytes.count % 2 == 0, let text = String(validating: units, as: UTF16.self) else {
            throw XMLError(.encoding, "the document is not valid UTF-16")
        }
        return Array(text.utf8)
    }

    /// The encoding in the XML declaration of a document whose ASCII characters are single bytes.
    private static func declared(_ bytes: [UInt8]) -> String? {
        guard bytes.starts(with: "<?xml".utf8) else { return nil }
        let head = String(decoding: bytes.prefix(200).prefix { $0 != UInt8(ascii: ">") }, as: UTF8.self)
        guard let key = head.firstRange(of: "encoding") else { return nil }
        let quoted = head[key.upperBound...].split(omittingEmptySubsequences: false) { $0 == "\"" || $0 == "'" }
        return quoted.count > 1 ? String(quoted[1]) : nil
    }
}
