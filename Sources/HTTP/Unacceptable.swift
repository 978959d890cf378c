internal import HTTPTypes

/// A request that is answered with an HTTP status and plain words, since no service was reached.
struct Unacceptable: Error {
    var status: HTTPResponse.Status
    /// One line or more, each ended.
    var words: String
    /// With 405: the methods that are right.
    var allowed: String?

    init(_ status: HTTPResponse.Status, _ words: String) {
        self.status = status
        self.words = words
    }

    /// - Parameter allowed: what stands in the `Allow` header.
    init(method allowed: String) {
        self.init(.methodNotAllowed, "this address takes \(allowed)\n")
        self.allowed = allowed
    }
}
