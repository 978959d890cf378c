/// A hardened parser: libxml2's SAX2 push interface below, a value tree above.
///
/// There is no way to load anything from outside, no entity but the five predefined ones, no DOCTYPE at all, and a limit
/// on everything that can grow. Comments are passed over. A document comes in UTF-8, UTF-16 with a byte order mark,
/// ISO-8859-1 or US-ASCII.
package struct XMLParser: Sendable {
    package var limits: Limits
    package var processingInstructions: ProcessingInstructions

    package init(limits: Limits = Limits(), processingInstructions: ProcessingInstructions = .refuse) {
        self.limits = limits
        self.processingInstructions = processingInstructions
    }

    /// Begins a document whose bytes come bit by bit.
    ///
    /// - Parameter encoding: what the transport says of its encoding (the `charset` of an HTTP Content-Type). It wins over
    ///   the XML declaration; a byte order mark wins over both, as RFC 7303 has it.
    package func feed(encoding: String? = nil) -> XMLFeed {
        XMLFeed(limits: limits, processingInstructions: processingInstructions, encoding: encoding)
    }

    /// Parses a whole document.
    ///
    /// - Parameter encoding: as in ``feed(encoding:)``.
    /// - Throws: ``XMLError``.
    package func parse(_ bytes: UnsafeRawBufferPointer, encoding: String? = nil) throws(XMLError) -> XMLElement {
        var feed = feed(encoding: encoding)
        try feed.feed(bytes)
        return try feed.finish()
    }

    /// Parses a whole document.
    ///
    /// - Parameter encoding: as in ``feed(encoding:)``.
    /// - Throws: ``XMLError``.
    package func parse(bytes: some Collection<UInt8>, encoding: String? = nil) throws(XMLError) -> XMLElement {
        var feed = feed(encoding: encoding)
        try feed.feed(bytes)
        return try feed.finish()
    }

    /// Parses a document that is text already, whatever encoding it declares.
    ///
    /// - Throws: ``XMLError``.
    package static func tree(_ text: String) throws(XMLError) -> XMLElement {
        try XMLParser().parse(bytes: text.utf8, encoding: "utf-8")
    }

    /// The same as ``parse(bytes:encoding:)``.
    package func tree(_ bytes: [UInt8], charset: String? = nil) throws(XMLError) -> XMLElement {
        try parse(bytes: bytes, encoding: charset)
    }
}
