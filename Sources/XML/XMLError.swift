/// The reason why a document was refused.
package struct XMLError: Error, Sendable, Equatable {
    package enum Kind: String, Sendable, CaseIterable {
        /// Not well-formed, or not namespace-well-formed.
        case malformed
        /// Well-formed so far, but the end is missing.
        case truncated
        /// A document type declaration with any content.
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
        /// An unknown encoding, or bytes that are invalid in the encoding.
        case encoding
        /// A document of white space only.
        case empty
    }

    package var kind: Kind
    /// A message for people, in one line.
    package var message: String
    /// Counted from 1; 0 if the place is unknown.
    package var line: Int
    /// Counted from 1; 0 if the place is unknown. In a long line it is only a hint.
    package var column: Int

    package init(_ kind: Kind, _ message: String, line: Int = 0, column: Int = 0) {
        self.kind = kind
        self.message = message
        self.line = line
        self.column = column
    }
}
