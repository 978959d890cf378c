/// The reason why a message's parts, or its references, cannot be read. The words are for the author of the message.
struct PackageProblem: Error, Equatable {
    /// Codes of the published contract.
    enum Code: String {
        /// Violates the rules of MIME, XOP or SOAP's encoding.
        case malformed
        /// A kind of message that is not supported, such as SOAP with Attachments.
        case multipartNotSupported
    }

    var code: Code
    var words: String

    init(_ words: String, code: Code = .malformed) {
        self.code = code
        self.words = words
    }
}
