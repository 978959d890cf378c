internal import Control
internal import HTTPTypes
internal import Hummingbird
internal import Logging
internal import Model
internal import VMSAPI

/// Begins and ends the sessions of browsers: `POST /session` with `{"token": …}` or `{"code": …}` answers with the
/// session's cookie, `DELETE /session` ends the session.
struct SessionFace: Sendable {
    static let path = "/session"
    /// Maximum size in bytes of a request's body, which has one secret.
    static let bodyLimit = 4096

    let access: any AccessControl

    /// Begins a session.
    ///
    /// - Parameter body: the request's body, or the reason why it could not be read.
    func begin(
        _ request: Request, _ body: Result<[UInt8], Unacceptable>, _ context: CallContext
    ) async throws(Unacceptable) -> Response {
        let evidence = try Self.evidence(in: try body.get())
        do throws(Refusal) {
            var origin = context.origin
            // A wrong token is refused here, where a caller without one needs no session.
            origin.allowsNone = false
            let caller = try await access.caller(evidence, from: origin)
            let call = ServiceCall("beginSession", needs: .viewer, on: .visible, changes: true)
            let secret = try await access.carryOut(call, by: caller, result: { _ in (nil, []) }) {
                () throws(Refusal) in
                try access.sessions.begin(for: caller)
            }
            // The browser keeps one cookie.
            if let earlier = SessionCookie.secret(in: request) { access.sessions.end(earlier) }
            return Self.answer(SessionCookie.setting(secret, lifetime: access.sessions.limits.lifetime))
        } catch {
            let failure = ServiceFailure(error)
            context.logger.info("session refused", metadata: ["code": "\(error.code)"])
            var response = JSONFace.problem(failure.status, failure)
            if failure.status == .unauthorized { response.addChallenges(to: request) }
            return response
        }
    }

    /// Checks a request before its body is read.
    func check(_ request: Request) throws(Unacceptable) {
        try Self.checkOwnHeader(request)
        guard ContentType(request.headers[.contentType]).type == "application/json" else {
            throw Unacceptable(.unsupportedMediaType, "Content-Type must be application/json\n")
        }
    }

    /// Ends the session of a request.
    func end(_ request: Request, _ context: CallContext) async throws(Unacceptable) -> Response {
        try Self.checkOwnHeader(request)
        if let secret = SessionCookie.secret(in: request) { access.sessions.end(secret) }
        return Self.answer(SessionCookie.removing)
    }

    private static func answer(_ cookie: String) -> Response {
        Response(status: .noContent, headers: [.setCookie: cookie, .cacheControl: "no-store"])
    }

    private static func checkOwnHeader(_ request: Request) throws(Unacceptable) {
        guard request.has(.vmsRequest) else {
            throw Unacceptable(
                .forbidden,
                "the header VMS-Request is missing: it shows that no page of another site calls\n")
        }
    }

    private static func evidence(in bytes: [UInt8]) throws(Unacceptable) -> Authenticator.Evidence {
        let members: [WireValue.Member]
        do throws(FieldError) {
            members = try JSONReader.value(of: bytes).members ?? []
        } catch {
            throw Unacceptable(.badRequest, "\(error)\n")
        }
        let texts = members.compactMap { member in member.value.text.map { (member.name, $0) } }
        switch texts.first {
        case ("token", let text)? where members.count == 1: return .token(text)
        case ("code", let text)? where members.count == 1: return .loginCode(text)
        default: throw Unacceptable(.badRequest, "the body must be {\"token\": TEXT} or {\"code\": TEXT}\n")
        }
    }
}
