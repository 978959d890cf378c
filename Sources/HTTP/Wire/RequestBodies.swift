internal import HTTPTypes
internal import Hummingbird
internal import NIOCore

/// Receives a request's body, within the limit for one body, as sent and as decompressed, and within the memory for all
/// requests.
struct RequestBodies: Sendable {
    /// Memory for each byte of a body.
    enum Use: Int {
        /// The body is kept unchanged.
        case kept = 1
        /// The body is parsed: its texts and values need memory as well.
        case read = 4
    }

    /// The first ``freeChunks`` chunks of a body may have any size. With more, chunks must have ``leastChunk`` bytes on
    /// average, because each chunk costs as much as thousands of bytes within one chunk.
    private static let freeChunks = 4096
    private static let leastChunk = 512

    let limit: Int
    let budget: BodyBudget

    /// Reads the body and answers the request. A large decompression runs off the connection's event loop.
    ///
    /// - Parameter serve: receives the body, or 413 if it is larger than the limit, 415 for an unknown encoding, 400
    ///   for a broken one, 503 if there was no memory for it.
    func answer(
        _ request: Request, _ context: CallContext, _ use: Use,
        _ serve: @Sendable (Result<[UInt8], Unacceptable>) async -> Response
    ) async -> Response {
        let claim = budget.claim(context.channel)
        defer { claim.end() }
        do throws(Unacceptable) {
            let coding = try Self.coding(of: request)
            let isCompressed = coding != nil
            // The decompressed size of a body is not known in advance.
            let bytes = try await sent(request, claim) { isCompressed ? $0 + limit * use.rawValue : $0 * use.rawValue }
            if let coding { return try await inflated(bytes, coding, claim, use, context, serve) }
            return await serve(.success(bytes))
        } catch {
            var response = await serve(.failure(error))
            if error.status == .serviceUnavailable { response.headers[.retryAfter] = "5" }
            return response
        }
    }

    /// Reads the body as sent.
    ///
    /// - Parameter need: the memory needed for a body of that many bytes.
    private func sent(
        _ request: Request, _ claim: BodyBudget.Claim, need: (Int) -> Int
    ) async throws(Unacceptable) -> [UInt8] {
        let announced = try Self.announced(request.headers[.contentLength])
        if let announced, announced > limit { throw tooLarge }
        var bytes: [UInt8] = []
        var chunks = 0
        do {
            for try await buffer in request.body {
                let count = bytes.count + buffer.readableBytes
                guard count <= limit else { throw tooLarge }
                chunks += 1
                let most = Self.freeChunks + count / Self.leastChunk
                guard announced != nil || chunks <= most else { throw Self.tooTiny }
                if count > BodyBudget.free, bytes.count <= BodyBudget.free {
                    try await claim.take(need(announced ?? limit))
                    bytes.reserveCapacity(announced ?? 0)
                }
                claim.arrived(count)
                bytes += buffer.readableBytesView
            }
        } catch let error as Unacceptable {
            throw error
        } catch {
            throw Unacceptable(.badRequest, "the request's body could not be read\n")
        }
        claim.finishReading()
        return bytes
    }

    /// The length in a header; a number that does not fit becomes the largest integer.
    ///
    /// - Throws: 400 for an invalid length.
    static func announced(_ header: String?) throws(Unacceptable) -> Int? {
        guard let header else { return nil }
        guard !header.isEmpty, header.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else {
            throw Unacceptable(.badRequest, "Content-Length is '\(header.prefix(40))': must be a number of bytes\n")
        }
        return Int(header) ?? .max  // fits: `Int` returns nil for text that does not fit
    }

    private static func coding(of request: Request) throws(Unacceptable) -> Gzip.Coding? {
        switch request.headers[.contentEncoding]?.lowercased() {
        case nil, "", "identity": return nil
        case "gzip"?, "x-gzip"?: return .gzip
        case "deflate"?: return .deflate
        case let other?:
            throw Unacceptable(
                .unsupportedMediaType, "Content-Encoding is '\(other.prefix(40))': must be gzip, deflate or nothing\n")
        }
    }

    private func inflated(
        _ bytes: [UInt8], _ coding: Gzip.Coding, _ claim: BodyBudget.Claim, _ use: Use,
        _ context: CallContext,
        _ serve: @Sendable (Result<[UInt8], Unacceptable>) async -> Response
    ) async throws(Unacceptable) -> Response {
        switch Gzip.inflated(bytes, coding, limit: min(limit, BodyBudget.free)) {
        case .success(let message): return await serve(.success(message))
        case .failure(.malformed): throw Self.broken
        case .failure(.tooLarge) where limit <= BodyBudget.free: throw tooLarge
        case .failure(.tooLarge): break
        }
        if bytes.count <= BodyBudget.free { try await claim.take(limit * use.rawValue) }
        return await LongWork.run(.reading, of: context.remoteAddress) {
            switch Gzip.inflated(bytes, coding, limit: limit) {
            case .success(let message): await serve(.success(message))
            case .failure(.malformed): await serve(.failure(Self.broken))
            case .failure(.tooLarge): await serve(.failure(tooLarge))
            }
        }
    }

    private var tooLarge: Unacceptable {
        Unacceptable(.contentTooLarge, "the request has more than \(limit) bytes\n")
    }

    private static let tooTiny = Unacceptable(
        .badRequest,
        "the request's body has more than \(freeChunks) chunks, of fewer than \(leastChunk) bytes on average: "
            + "send larger ones\n"
    )

    private static let broken = Unacceptable(.badRequest, "the request's compressed data is broken\n")
}
