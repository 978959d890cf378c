internal import AsyncHTTPClient
internal import Glibc
internal import NIOCore
internal import NIOHTTP1
internal import NIOPosix

extension VMSClientError {
    /// Distinguishes errors before the request can have arrived (`unreachable`) from later ones.
    init(transport error: any Error, server: String) {
        switch error {
        case let error as NIOConnectionError: self = .unreachable(server: server, why: Self.words(for: error))
        case let error as IOError where error.isRefusal: self = .unreachable(server: server, why: error.reason)
        case let error as IOError: self = .interrupted(server: server, why: error.reason)
        case let error as HTTPClientError: self.init(http: error, server: server)
        case is HTTPParserError:
            let hint = server.lowercased().hasPrefix("http://") ? "; if it uses TLS, its address is https://" : ""
            self = .notVMS(server: server, what: "an answer that is not HTTP\(hint)")
        default:
            if "\(error)".contains("CERTIFICATE_VERIFY_FAILED") {
                self = .untrusted(server: server)
            } else if let why = Self.words(ofHandshake: "\(error)") {
                self = .unreachable(server: server, why: why)
            } else {
                self = .interrupted(server: server, why: "\(error)")
            }
        }
    }

    /// The reason of a failed TLS handshake; `nil` for another error. BoringSSL reports it only in its text, by the
    /// names of its errors (OpenSSL's ssl.h, such as `SSL_R_WRONG_VERSION_NUMBER`).
    private static func words(ofHandshake error: String) -> String? {
        if error.contains("failedToValidateHostname") { return "its certificate is for another name" }
        guard error.contains("handshakeFailed") else { return nil }
        let plain = ["WRONG_VERSION_NUMBER", "HTTP_REQUEST", "HTTPS_PROXY_REQUEST", "eofDuringHandshake"]
        if plain.contains(where: error.contains) {
            return "it does not use TLS; if it uses HTTP, its address is http://"
        }
        return "the TLS handshake failed"
    }

    private init(http error: HTTPClientError, server: String) {
        switch error {
        case .connectTimeout: self = .unreachable(server: server, why: "no connection in time")
        case .tlsHandshakeTimeout, .getConnectionFromPoolTimeout, .alreadyShutdown, .invalidURL, .emptyHost:
            self = .unreachable(server: server, why: error.shortDescription)
        case .remoteConnectionClosed: self = .interrupted(server: server, why: "the connection was closed")
        case .deadlineExceeded, .readTimeout: self = .interrupted(server: server, why: "no answer in time")
        default: self = .interrupted(server: server, why: error.shortDescription)
        }
    }
    private static func words(for error: NIOConnectionError) -> String {
        if let failure = error.connectionErrors.first {
            return (failure.error as? IOError)?.reason ?? "\(failure.error)"
        }
        return error.dnsAError == nil && error.dnsAAAAError == nil ? "\(error)" : "there is no host '\(error.host)'"
    }
}

extension IOError {
    /// Whether the connection was not established.
    fileprivate var isRefusal: Bool {
        [ECONNREFUSED, EHOSTUNREACH, ENETUNREACH, EHOSTDOWN, ENETDOWN, EADDRNOTAVAIL, EACCES, EPERM]
            .contains(errnoCode)
    }

    /// The system's words for the error, without the name of the failed call.
    fileprivate var reason: String {
        switch errnoCode {
        case ECONNREFUSED: "connection refused"
        case EHOSTUNREACH, ENETUNREACH: "no route to it"
        case ETIMEDOUT: "no answer in time"
        case ECONNRESET, EPIPE: "the connection was broken"
        default: description
        }
    }
}
