internal import HTTPTypes
internal import Hummingbird
internal import NIOCore

/// Answers as bytes, with their type and length.
enum Reply {
    static func text(_ status: HTTPResponse.Status, _ text: String) -> Response {
        bytes(status, Array(text.utf8), "text/plain; charset=utf-8")
    }

    /// Creates a response with a body.
    ///
    /// - Parameter request: its `Accept-Encoding` decides about compression; `nil` for no compression.
    static func bytes(
        _ status: HTTPResponse.Status, _ bytes: [UInt8], _ type: String, to request: Request? = nil
    ) -> Response {
        var headers: HTTPFields = [
            .contentType: type, .xContentTypeOptions: "nosniff",
            .contentSecurityPolicy: "default-src 'none'; frame-ancestors 'none'",
        ]
        var body = bytes
        if let request, bytes.count > 1024, accepts(request), let small = Gzip.deflate(bytes) {
            headers[.contentEncoding] = "gzip"
            headers[.vary] = "Accept-Encoding"
            body = small
        }
        return Response(status: status, headers: headers, body: .init(byteBuffer: ByteBuffer(bytes: body)))
    }

    private static func accepts(_ request: Request) -> Bool {
        guard let accepted = request.headers[.acceptEncoding]?.lowercased() else { return false }
        return accepted.split(separator: ",").contains { part in
            let words = part.split(separator: ";").map { $0.filter { !$0.isWhitespace } }
            return words.first == "gzip" && !words.dropFirst().contains { $0 == "q=0" || $0 == "q=0.0" }
        }
    }
}

extension Response {
    /// Adds the credentials that the server takes (RFC 9110, section 11.6.1). Each has a field of its own: Perl's LWP
    /// reads only the first challenge of a field. A browser would ask its user for the password of Basic.
    mutating func addChallenges(to request: Request) {
        let basic = request.isOfBrowser ? [] : ["Basic realm=\"vms\", charset=\"UTF-8\""]
        for challenge in ["Bearer realm=\"vms\""] + basic {
            headers.append(HTTPField(name: .wwwAuthenticate, value: challenge))
        }
    }
}
