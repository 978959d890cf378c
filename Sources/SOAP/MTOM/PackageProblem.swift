/// Why a message's parts, or the references within it, cannot be read, in words for whoever composed it.
struct PackageProblem: Error, Equatable {
    /// Of the published contract.
    enum Code: String {
        /// It breaks the rules of MIME, XOP or SOAP's encoding.
        case malformed
        /// It is of a kind that is not taken here, such as SOAP with Attachments.
        case multipartNotSupported
    }

    var code: Code
    var words: String

    init(_ words: String, code: Code = .malformed) {
        self.code = code
        self.words = words
    }
}
