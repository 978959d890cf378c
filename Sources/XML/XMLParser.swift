/// A hardened parser: libxml2's SAX2 push interface below, a value tree above.
///
/// It loads nothing from outside, knows no entity but the five predefined ones, accepts no DOCTYPE, and limits
/// everything that can grow. Comments are dropped. A document may be in UTF-8, UTF-16 with a byte order mark,
/// ISO-8859-1 or US-ASCII.
package struct XMLParser: Sendable {
    package var limits: Limits
    package var processingInstructions: ProcessingInstructions

    package init(limits: Limits = Limits(), processingInstructions: ProcessingInstructions = .refuse) {
        self.limits = limits
        self.processingInstructions = processingInstructions
    }

    /// Begins a document whose bytes arrive in pieces.
    ///
    /// - Parameter encoding: the encoding that the transport states (the `charset` of an HTTP Content-Type). It
    ///   overrides the XML declaration; a byte order mark overrides both (RFC 7303).
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

    /// Parses a document that is already text; the encoding in its XML declaration is ignored.
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
