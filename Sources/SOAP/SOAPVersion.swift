/// The two versions of SOAP. A request is answered in the version it was asked in.
package enum SOAPVersion: Sendable, Equatable {
    case v11, v12

    init?(namespace: String) {
        switch namespace {
        case Self.v11.namespace: self = .v11
        case Self.v12.namespace: self = .v12
        default: return nil
        }
    }

    /// What a `Content-Type` says, also as a parameter (`start-info`) of a message of several parts; 1.1 where it says nothing.
    package init(contentType: String) {
        self = contentType.lowercased().contains("application/soap+xml") ? .v12 : .v11
    }

    /// The version of a message that cannot be read as a whole, by the namespace that stands in its beginning.
    init?(beginningOf bytes: [UInt8]) {
        // Without the zeros that UTF-16 has between these letters.
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

    /// Always with a charset: some toolkits take anything without one for Latin-1.
    package var contentType: String {
        switch self {
        case .v11: "text/xml; charset=UTF-8"
        case .v12: "application/soap+xml; charset=UTF-8"
        }
    }
}
