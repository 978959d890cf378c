internal import HTTPTypes
internal import Hummingbird
internal import NIOCore

/// Takes a request's body in: no more than the limit, as sent and as inflated, and no more of all requests together than
/// there is room for.
struct RequestBodies: Sendable {
    /// How much memory a body takes for each of its bytes.
    enum Use: Int {
        /// It is kept as it is.
        case kept = 1
        /// It is read: beside it there are its texts, and values made of them.
        case read = 4
    }

    /// Of a body in chunks so many may be of any size; with more, they have ``leastChunk`` bytes on average: each costs as
    /// much as thousands of bytes in one.
    private static let freeChunks = 4096
    private static let leastChunk = 512

    let limit: Int
    let budget: BodyBudget

    /// Reads the body and answers the request; what is inflated to something large, away from the connection's event loop.
    ///
    /// - Parameter serve: gets the body, or 413 when it is larger than the limit, 415 for an encoding that is not known,
    ///   400 for a broken one, 503 when there was no room for it.
    func answer(
        _ request: Request, _ context: CallContext, _ use: Use,
        _ serve: @Sendable (Result<[UInt8], Unacceptable>) async -> Response
    ) async -> Response {
        let claim = budget.claim(context.channel)
        defer { claim.end() }
        do throws(Unacceptable) {
            let coding = try Self.coding(of: request)
            let isCompressed = coding != nil
            // Of a compressed body it cannot be told how large it becomes.
            let bytes = try await sent(request, claim) { isCompressed ? $0 + limit * use.rawValue : $0 * use.rawValue }
            if let coding { return try await inflated(bytes, coding, claim, use, context, serve) }
            return await serve(.success(bytes))
        } catch {
            var response = await serve(.failure(error))
            if error.status == .serviceUnavailable { response.headers[.retryAfter] = "5" }
            return response
        }
    }

    /// - Parameter need: how much room it takes for a body of so many bytes.
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
        claim.isWhole()
        return bytes
    }

    /// The length that a header announces; what no number can hold is the largest.
    ///
    /// - Throws: 400 for what is no length.
    static func announced(_ header: String?) throws(Unacceptable) -> Int? {
        guard let header else { return nil }
        guard !header.isEmpty, header.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else {
            throw Unacceptable(.badRequest, "Content-Length is '\(header.prefix(40))': must be a number of bytes\n")
        }
        return Int(header) ?? .max  // fits: it is text, and nil where it does not
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
        "the request's body comes in more than \(freeChunks) chunks of fewer than \(leastChunk) bytes: send larger ones\n"
    )

    private static let broken = Unacceptable(.badRequest, "the request's compressed data is broken\n")
}
