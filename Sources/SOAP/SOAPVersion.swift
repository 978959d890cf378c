/// The two versions of SOAP. The answer has the version of the request.
package enum SOAPVersion: Sendable, Equatable {
    case v11, v12

    init?(namespace: String) {
        switch namespace {
        case Self.v11.namespace: self = .v11
        case Self.v12.namespace: self = .v12
        default: return nil
        }
    }

    /// The version that a `Content-Type` states, also in a parameter (`start-info`) of a multipart message; 1.1 if it
    /// states none.
    package init(contentType: String) {
        self = contentType.lowercased().contains("application/soap+xml") ? .v12 : .v11
    }

    /// The version of a message that cannot be parsed, from the namespace near its beginning.
    init?(beginningOf bytes: [UInt8]) {
        // Without the zero bytes that UTF-16 puts between the letters.
        let beginning = bytes.prefix(4096).filter { $0 != 0 }
        let found = [Self.v11, .v12].compactMap { version in
            ByteSearch(Array(version.namespace.utf8)).first(in: beginning, from: 0).map {
                (place: $0, version: version)
            }
        }
        guard let first = found.min(by: { $0.place < $1.place }) else { return nil }
        self = first.version
    }

    var namespace: String {
        switch self {
        case .v11: "http://schemas.xmlsoap.org/soap/envelope/"
        case .v12: "http://www.w3.org/2003/05/soap-envelope"
        }
    }

    /// Always with a charset: some toolkits read any text without one as Latin-1.
    package var contentType: String {
        switch self {
        case .v11: "text/xml; charset=UTF-8"
        case .v12: "application/soap+xml; charset=UTF-8"
        }
    }
}
