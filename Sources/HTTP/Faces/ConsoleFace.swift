internal import Control
internal import FoundationEssentials
internal import HTTPTypes
internal import Hummingbird
internal import Model
internal import VMSAPI

/// Consoles of machines: `GET /v1/machines/NAME/console` follows one as server-sent events, `POST` types on it.
struct ConsoleFace: Sendable {
    private static let root = "/v1/machines/"
    private static let end = "/console"
    /// Maximum size in bytes of what is typed at once.
    static let bodyLimit = 64 << 10
    /// Maximum bytes of one event.
    private static let piece = 16 << 10

    let consoles: Consoles
    let access: any AccessControl
    let guardian: BrowserGuard
    let budget: BodyBudget

    /// The name of the machine in a path; `nil` for other paths.
    static func machine(in path: String) -> String? {
        guard path.hasPrefix(root), path.hasSuffix(end), path.utf8.count > root.utf8.count + end.utf8.count else {
            return nil
        }
        return PathSegment.decoded(path.dropFirst(root.count).dropLast(end.count))
    }

    /// Answers a request.
    ///
    /// - Parameter caller: finds the caller, also later, when its credential may have been revoked.
    func answer(
        _ name: String, _ request: Request, _ method: HTTPRequest.Method, _ context: CallContext,
        by caller: @escaping CallerCheck.Find
    ) async throws(Unacceptable) -> Response {
        switch method {
        case .get:
            try guardian.checkReading(request, context)
            return await follow(name, request, by: caller)
        case .post:
            try guardian.check(request, context, refusal: .forbidden)
            // Before the body is read, since a stranger's takes no memory.
            do throws(Refusal) { _ = try await caller() } catch {
                return ServiceFailure.problem(error, of: SendConsole.name, to: request)
            }
            return await RequestBodies(limit: Self.bodyLimit, budget: budget).answer(request, context, .kept) { body in
                do throws(Unacceptable) {
                    return try await write(name, request, body, by: caller)
                } catch {
                    return Reply.text(error.status, error.words)
                }
            }
        default: throw Unacceptable(method: "GET, HEAD, POST")
        }
    }

    /// Follows a console, from the position in `Last-Event-ID` or `from` on.
    private func follow(_ name: String, _ request: Request, by caller: @escaping CallerCheck.Find) async -> Response {
        do throws(Refusal) {
            let from = request.headers[.lastEventID] ?? request.query("from") ?? "end"
            guard let place = ConsolePlace(from) else {
                throw Refusal(
                    .invalidValue, .field("from"),
                    "from is '\(from.shown)': must be start, end, a number of bytes, or the id of an event",
                    value: from.shown)
            }
            let call = ServiceCall(ReadConsole.name, needs: .viewer, on: .anyMachine(name), changes: false)
            let by = try await caller()
            let reader = try await access.carryOut(call, by: by, result: { _ in (nil, []) }) {
                () async throws(Refusal) in
                try await consoles.acting(for: by).reader(of: name, from: place)
            }
            let check = try CallerCheck(access, call, by: by, caller)
            return EventStream.response(stop: { reader.stop() }) { stream in
                defer { reader.close() }
                var check = check
                if !reader.beginsWithGap { try await stream.send(id: reader.position) }
                while let pieces = await reader.next(atMost: Self.piece, within: EventStream.pause) {
                    try await check.pass()
                    if pieces.isEmpty { try await stream.comment() }
                    for piece in pieces { try await stream.send(piece, id: reader.text(of: piece.next)) }
                }
            }
        } catch {
            return ServiceFailure.problem(error, of: ReadConsole.name, to: request)
        }
    }

    /// Types on a console.
    ///
    /// - Parameter body: the bytes, or the reason why they could not be read.
    private func write(
        _ name: String, _ request: Request, _ body: Result<[UInt8], Unacceptable>, by caller: CallerCheck.Find
    ) async throws(Unacceptable) -> Response {
        let type = ContentType(request.headers[.contentType]).type
        guard type == "application/octet-stream" else {
            throw Unacceptable(
                .unsupportedMediaType, "Content-Type is '\(type.prefix(100))': must be application/octet-stream\n")
        }
        let sequence = request.headers[.consoleSequence].map { Int64(told: $0, in: 0...Int64.max) }
        if case .some(nil) = sequence {
            throw Unacceptable(.badRequest, "Console-Sequence must be a number\n")
        }
        let key = request.headers[.consoleWriter] ?? ""
        guard key.utf8.count <= 64 else {
            throw Unacceptable(.badRequest, "Console-Writer has more than 64 characters\n")
        }
        let bytes = try body.get()
        do throws(Refusal) {
            let by = try await caller()
            let user = by.rights.principal.name
            let acting = consoles.acting(for: by)
            // The audit has who types, and not each key.
            let call = ServiceCall(
                SendConsole.name, needs: .user, on: .anyMachine(name),
                changes: request.query("takeOver") == "true" ? true : await acting.changesWriter(name, user, key),
                objects: ["vmName \(name.shown)"])
            try await access.carryOut(call, by: by, result: { _ in (nil, []) }) { () async throws(Refusal) in
                try await acting.send(
                    bytes, to: name, as: user, key: key, sequence: sequence ?? nil,
                    takesOver: request.query("takeOver") == "true")
            }
            return Response(status: .noContent, headers: [.cacheControl: "no-store"])
        } catch {
            return ServiceFailure.problem(error, of: SendConsole.name, to: request)
        }
    }
}

extension EventStream {
    fileprivate mutating func send(_ piece: ConsolePiece, id: String) async throws {
        switch piece.content {
        case .bytes(let bytes): try await send("bytes", id: id, Data(bytes).base64EncodedString())
        case .note(let note):
            let event = ConsoleEvent(note)
            try await send(event.kind.rawValue, id: id, event.wireValue)
        }
    }
}

extension HTTPField.Name {
    fileprivate static let consoleSequence = Self("Console-Sequence") ?? .range
    fileprivate static let consoleWriter = Self("Console-Writer") ?? .range
}
