/// Why a document was refused.
package struct XMLError: Error, Sendable, Equatable {
    package enum Kind: String, Sendable, CaseIterable {
        /// Not well-formed, or not namespace-well-formed.
        case malformed
        /// Good as far as it goes, but its end is missing.
        case truncated
        /// A document type declaration, whatever it holds.
        case doctype
        /// A processing instruction where none is accepted.
        case processingInstruction
        case tooDeep
        case tooManyElements
        /// Attributes or namespace declarations.
        case tooManyAttributes
        case tagTooLong
        case textTooLong
        /// The document as a whole has too many bytes.
        case tooLarge
        /// An encoding that is not known, or bytes that are not in the encoding.
        case encoding
        /// Nothing but white space.
        case empty
    }

    package var kind: Kind
    /// For people, in one line.
    package var message: String
    /// Counted from 1; 0 when the place is not known.
    package var line: Int
    /// Counted from 1; 0 when the place is not known. In a long line it is a hint only.
    package var column: Int

    package init(_ kind: Kind, _ message: String, line: Int = 0, column: Int = 0) {
        self.kind = kind
        self.message = message
        self.line = line
        self.column = column
    }
}
