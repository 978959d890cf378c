/// Why a document was refused.
package struct XMLError: Error, Sendable, Equatable {
    package enum Kind: String, Sendable {
        case malformed, doctype, tooDeep, tooManyElements, tooManyAttributes, tagTooLong, tooLarge, encoding, empty
    }

    package var kind: Kind
    package var message: String
    /// Counted from 1; 0 when the place is not known.
    package var line: Int

    package init(_ kind: Kind, _ message: String, line: Int = 0) {
        self.kind = kind
        self.message = message
        self.line = line
    }
}
