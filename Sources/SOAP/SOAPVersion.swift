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
