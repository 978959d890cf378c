internal import HTTPTypes
internal import Hummingbird
internal import NIOCore

/// Takes a request's body in: no more than the limit, as sent and as inflated.
struct Intake: Sendable {
    let limit: Int

    /// - Throws: 413 when it is larger, 415 for an encoding that is not known, 400 for a broken one.
    func body(of request: Request) async throws(Unacceptable) -> [UInt8] {
        let tooLarge = Unacceptable(.contentTooLarge, "the request has more than \(limit) bytes\n")
        if let length = request.headers[.contentLength].flatMap({ Int($0) }), length > limit { throw tooLarge }
        let bytes: [UInt8]
        do {
            let buffer = try await request.body.collect(upTo: limit)
            bytes = Array(buffer.readableBytesView)
        } catch is NIOTooManyBytesError {
            throw tooLarge
        } catch {
            throw Unacceptable(.badRequest, "the request's body could not be read\n")
        }
        switch request.headers[.contentEncoding]?.lowercased() {
        case nil, "", "identity": return bytes
        case "gzip"?, "x-gzip"?, "deflate"?:
            switch Gzip.inflated(bytes, limit: limit) {
            case .success(let inflated): return inflated
            case .failure(.tooLarge): throw tooLarge
            case .failure(.malformed): throw Unacceptable(.badRequest, "the request's compressed data is broken\n")
            }
        case let other?:
            throw Unacceptable(
                .unsupportedMediaType, "Content-Encoding is '\(other.prefix(40))': must be gzip, deflate or nothing\n")
        }
    }
}
