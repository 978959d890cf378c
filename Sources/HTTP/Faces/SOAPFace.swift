internal import Control
internal import HTTPTypes
internal import Hummingbird
internal import Model
internal import SOAP
internal import VMSAPI

/// SOAP over HTTP: the paper's endpoint, and the paths under which Axis2 served it.
struct SOAPFace: Sendable {
    let table: ServiceTable
    let publicURL: PublicURL?

    private static let roots = [
        "/services/VirtualMachineServer", "/axis2/services/VirtualMachineServer", "/axis2/services/VMServer",
    ]

    /// Whether a path is a SOAP endpoint: a root with the suffixes that Axis2's clients append (`/<service>`, or
    /// `.VirtualMachineServerHttpSoap11Endpoint/`).
    static func answers(_ path: String) -> Bool {
        roots.contains { root in
            guard path.hasPrefix(root) else { return false }
            let rest = path.dropFirst(root.count)
            return rest.isEmpty || rest.hasPrefix("/") || rest.hasPrefix(".V")
        }
    }

    /// Answers with 200, or with 500 and a fault; 400 only for a message that is no SOAP, 413 for one that is too
    /// large, 503 while there is no room for it. Old clients take any other status for a broken connection and never
    /// read the fault.
    ///
    /// - Parameter body: the request's body, or the reason why it could not be read.
    func call(
        _ request: Request, _ body: Result<[UInt8], Unacceptable>, _ evidence: Authenticator.Evidence,
        _ context: CallContext
    ) async -> Response {
        let sent = request.headers[.contentType] ?? ""
        let type = ContentType(sent)
        let version = SOAPVersion(contentType: sent)
        let bytes: [UInt8]
        do throws(Unacceptable) {
            bytes = try body.get()
            try Self.check(type)
            try Self.checkLanguage(bytes)
        } catch {
            let failure = ServiceFailure(error, service: nil)
            table.refused(nil, failure.fault.code, face: .soap, context)
            let fault = SOAPWriter(version).fault(SOAPFault(failure.fault, isCallers: failure.isCallers))
            let status = [.contentTooLarge, .serviceUnavailable].contains(error.status) ? error.status : .badRequest
            return Self.reply(status, fault, version, to: request)
        }
        return await LongWork.run(LongWork.reading(bytes.count), of: context.remoteAddress) {
            await answer(bytes, type, version, request, evidence, context)
        }
    }

    private func answer(
        _ bytes: [UInt8], _ type: ContentType, _ version: SOAPVersion, _ request: Request,
        _ evidence: Authenticator.Evidence, _ context: CallContext
    ) async -> Response {
        do throws(SOAPRefusal) {
            let message =
                type.type.hasPrefix("multipart/")
                ? try SOAPReader().request(bytes, multipart: request.headers[.contentType] ?? "")
                : try SOAPReader().request(bytes, charset: type.charset, version: version)
            let kind = LongWork.calling(table.work(message.service), bytes.count)
            return await LongWork.run(kind, of: context.remoteAddress) {
                await answer(message, request, evidence, context)
            }
        } catch {
            table.refused(nil, error.fault.outcome, face: .soap, context)
            let fault = SOAPWriter(error.version, addressing: error.addressing).fault(error.fault)
            return Self.reply(error.isSOAP ? .internalServerError : .badRequest, fault, error.version, to: request)
        }
    }

    /// Replies with an envelope, or with an MTOM message that holds it, as the request wants.
    private static func reply(
        _ status: HTTPResponse.Status, _ envelope: [UInt8], _ version: SOAPVersion, to request: Request
    ) -> Response {
        // A fault is small, and old clients do not decompress it.
        let compressed = status == .ok ? request : nil
        let sent = request.headers[.contentType] ?? ""
        guard AnswerPackage.isWanted(contentType: sent, accept: request.headers[.accept]) else {
            return Reply.bytes(status, envelope, version.contentType, to: compressed)
        }
        let package = AnswerPackage(envelope, version)
        return Reply.bytes(status, package.bytes, package.contentType, to: compressed)
    }

    /// Refuses the types that a browser sends for a page of another site without a CORS preflight. No SOAP toolkit uses
    /// them. All other types, and a missing type, are accepted; the envelope decides.
    private static func check(_ type: ContentType) throws(Unacceptable) {
        guard ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data"].contains(type.type) else {
            return
        }
        throw Unacceptable(
            .badRequest, "Content-Type is '\(type.type)': must be text/xml (SOAP 1.1) or application/soap+xml (1.2)\n")
    }

    /// Refuses JSON, and names the path for it.
    private static func checkLanguage(_ bytes: [UInt8]) throws(Unacceptable) {
        let first = bytes.first { ![0x20, 0x09, 0x0A, 0x0D].contains($0) }
        guard first == UInt8(ascii: "{") || first == UInt8(ascii: "[") else { return }
        throw Unacceptable(
            .badRequest, "the message is JSON, but this is SOAP's endpoint: send JSON to POST /v1/SERVICE\n")
    }

    private func answer(
        _ message: SOAPRequest, _ request: Request, _ evidence: Authenticator.Evidence, _ context: CallContext
    ) async -> Response {
        let writer = SOAPWriter(message.version, addressing: message.addressing)
        let caller: Caller
        do throws(Refusal) {
            caller = try await self.caller(of: message, evidence, context)
        } catch {
            let failure = ServiceFailure(error)
            table.refused(message.service, failure.fault.code, face: .soap, context)
            let isInMessage = message.usernameToken != nil
            let fault = SOAPFault(
                isInMessage ? .failedAuthentication : .caller, failure.fault.reason, detail: failure.fault)
            // Toolkits that send the credential of HTTP only when it is asked for expect 401.
            var response = Self.reply(
                isInMessage ? .internalServerError : failure.status, writer.fault(fault), message.version, to: request)
            if !isInMessage { response.addChallenges(to: request) }
            return response
        }
        do throws(ServiceFailure) {
            let value = try await called(message, request, caller, context).get()
            return Self.reply(.ok, writer.response(message.service, value), message.version, to: request)
        } catch {
            return Self.reply(
                .internalServerError, writer.fault(SOAPFault(error.fault, isCallers: error.isCallers)), message.version,
                to: request)
        }
    }

    /// The caller, by the credential of the connection or of the message.
    private func caller(
        of message: SOAPRequest, _ evidence: Authenticator.Evidence, _ context: CallContext
    ) async throws(Refusal) -> Caller {
        let token: String?
        switch message.usernameToken {
        case .text(let text)?: token = text
        case .digest?:
            guard context.origin.allowsNone else {
                throw Refusal(
                    .notAuthenticated, .credential,
                    "the UsernameToken has a PasswordDigest, for whose check the server would have to keep tokens in "
                        + "plain text: send PasswordText")
            }
            token = nil
        case UsernameToken.none?, nil: token = nil
        }
        return try await table.access.caller(try evidence.adding(token), from: context.origin)
    }

    private func called(
        _ message: SOAPRequest, _ request: Request, _ caller: Caller, _ context: CallContext
    ) async -> Result<WireValue, ServiceFailure> {
        await FirstClients.$areCalling.withValue(FirstClients.use(request.uri.path)) {
            do throws(ServiceFailure) {
                let payload = WireValue.object((message.payload.members ?? []) + Self.fields(inQueryOf: request))
                return .success(try await table.call(message.service, payload, by: caller, face: .soap, context))
            } catch {
                return .failure(error)
            }
        }
    }

    /// The query's fields, marked, so that one that is meant for a service is refused. `?wsdl` is the address of the
    /// contract: some clients also send their calls there.
    private static func fields(inQueryOf request: Request) -> [WireValue.Member] {
        (request.uri.query ?? "").split(whereSeparator: { "&;".contains($0) }).compactMap { part in
            guard part.lowercased() != "wsdl" else { return nil }
            let words = part.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
            let name = percentDecoded(words[0])
            return WireValue.Member(WireValue.Member.queryMark + name, .string(words.dropFirst().first ?? ""))
        }
    }

    private static func percentDecoded(_ text: String) -> String {
        var bytes: [UInt8] = []
        var rest = Array(text.utf8)[...]
        while let byte = rest.popFirst() {
            if byte == UInt8(ascii: "%"), rest.count >= 2,
                let decoded = UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16)
            {
                rest.removeFirst(2)  // fits: at least two are left
                bytes.append(decoded)
            } else {
                bytes.append(byte)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// The contract, or a text that says where it is.
    func contract(_ request: Request, _ context: CallContext) -> Response {
        let query = (request.uri.query ?? "").lowercased()
        let services = table.endpoints.map(\.service)
        let address = address(request, context)
        if query.hasPrefix("wsdl") {
            let document = WSDL(address: address, services: services).document
            return Reply.bytes(.ok, document, SOAPVersion.v11.contentType, to: request)
        }
        if query.hasPrefix("xsd") {
            return Reply.bytes(.ok, XSD(services).document, SOAPVersion.v11.contentType, to: request)
        }
        return Reply.text(
            .ok, "The SOAP endpoint of VMS accepts POST. Its contract: \(address)?wsdl and \(address)?xsd\n")
    }

    /// The endpoint's address in the WSDL, which clients use: the operator's public URL, or the name by which the
    /// client reached the server.
    private func address(_ request: Request, _ context: CallContext) -> String {
        let host = request.head.authority ?? CallContext.authority(of: context.channel)
        let path = Self.roots.first { request.uri.path.hasPrefix($0) } ?? Self.roots[0]
        return "\(publicURL?.text ?? "\(context.scheme)://\(host)")\(path)"
    }
}
