internal import CLibXML2

/// A hardened parser: libxml2's SAX2 push interface below, a value tree above.
///
/// There is no way to load anything from outside, no entity but the five predefined ones, no DOCTYPE at all, and a limit
/// on everything that can grow. Processing instructions and comments are passed over.
package struct XMLParser: Sendable {
    package struct Limits: Sendable {
        /// Bytes of the document, after conversion to UTF-8.
        package var bytes = 16 << 20
        package var depth = 64
        package var elements = 100_000
        /// Of one element.
        package var attributes = 64
        /// Bytes from `<` to `>`. libxml2 before 2.12 compares the attributes of a tag pairwise.
        package var tag = 8 << 10

        package init() {}
    }

    package var limits: Limits

    package init(limits: Limits = Limits()) { self.limits = limits }

    /// Parses a document that is text already.
    ///
    /// - Throws: ``XMLError``.
    package static func tree(_ text: String) throws(XMLError) -> XMLElement {
        try XMLParser().tree(utf8: Array(text.utf8))
    }

    /// Parses a document in UTF-8, UTF-16 with a byte order mark, or ISO-8859-1.
    ///
    /// - Parameter charset: what the transport says of its encoding; it wins over the document's own declaration.
    /// - Throws: ``XMLError``.
    package func tree(_ bytes: [UInt8], charset: String? = nil) throws(XMLError) -> XMLElement {
        guard bytes.count <= limits.bytes else { throw tooLarge }
        return try tree(utf8: try XMLEncoding.utf8(bytes, charset: charset))
    }

    private var tooLarge: XMLError {
        XMLError(.tooLarge, "the document has more than \(limits.bytes) bytes")
    }

    private func tree(utf8 bytes: [UInt8]) throws(XMLError) -> XMLElement {
        guard bytes.count <= limits.bytes else { throw tooLarge }
        guard bytes.contains(where: { $0 > 0x20 }) else { throw XMLError(.empty, "there is no document") }
        try checkTags(bytes)
        _ = Self.initialized
        let builder = TreeBuilder(limits: limits)
        var handler = TreeBuilder.handler
        let context = Unmanaged.passUnretained(builder).toOpaque()
        guard let parser = xmlCreatePushParserCtxt(&handler, context, nil, 0, nil) else {
            throw XMLError(.malformed, "the parser could not be made")
        }
        defer { xmlFreeParserCtxt(parser) }
        builder.parser = parser
        // The bytes are UTF-8 by now, whatever their declaration says.
        xmlCtxtUseOptions(parser, Int32(XML_PARSE_NONET.rawValue | XML_PARSE_IGNORE_ENC.rawValue))
        xmlSwitchEncoding(parser, XML_CHAR_ENCODING_UTF8)
        bytes.withUnsafeBytes { raw in
            _ = xmlParseChunk(parser, raw.bindMemory(to: CChar.self).baseAddress, Int32(raw.count), 1)
        }
        if let error = builder.error { throw error }
        guard let root = builder.root, parser.pointee.wellFormed == 1 else {
            throw XMLError(.malformed, "the document is not well-formed")
        }
        return root
    }

    private static let initialized: Void = xmlInitParser()

    /// Refuses over-long tags before libxml2 sees them.
    private func checkTags(_ bytes: [UInt8]) throws(XMLError) {
        var index = 0
        while let open = bytes[index...].firstIndex(of: UInt8(ascii: "<")) {
            if bytes[open...].starts(with: "<![CDATA[".utf8) {
                index = Self.end(of: "]]>", in: bytes, from: open)
            } else if bytes[open...].starts(with: "<!--".utf8) {
                index = Self.end(of: "-->", in: bytes, from: open)
            } else {
                index = try endOfTag(bytes, from: open)
            }
        }
    }

    private func endOfTag(_ bytes: [UInt8], from open: Int) throws(XMLError) -> Int {
        var quote: UInt8?
        for index in open..<bytes.count {
            guard index - open < limits.tag else {
                throw XMLError(.tagTooLong, "a tag has more than \(limits.tag) bytes")
            }
            let byte = bytes[index]
            if let open = quote {
                if byte == open { quote = nil }
            } else if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "'") {
                quote = byte
            } else if byte == UInt8(ascii: ">") {
                return index + 1
            }
        }
        return bytes.count
    }

    private static func end(of mark: StaticString, in bytes: [UInt8], from start: Int) -> Int {
        let mark = mark.withUTF8Buffer { Array($0) }
        var index = start
        while let found = bytes[index...].firstIndex(of: mark[0]) {
            if bytes[found...].starts(with: mark) { return found + mark.count }
            index = found + 1
        }
        return bytes.count
    }
}
