internal import HTTPTypes

/// A request that is answered with an HTTP status and plain words, because it reached no service.
struct Unacceptable: Error {
    var status: HTTPResponse.Status
    /// One or more lines, each with a line break.
    var words: String
    /// With 405: the allowed methods.
    var allowed: String?

    init(_ status: HTTPResponse.Status, _ words: String) {
        self.status = status
        self.words = words
    }

    /// Creates the refusal of a wrong HTTP method.
    ///
    /// - Parameter allowed: the value of the `Allow` header.
    init(method allowed: String) {
        self.init(.methodNotAllowed, "this address accepts \(allowed)\n")
        self.allowed = allowed
    }
}
