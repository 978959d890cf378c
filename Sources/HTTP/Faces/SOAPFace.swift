internal import HTTPTypes
internal import Hummingbird
internal import SOAP

/// SOAP over HTTP: the paper's endpoint and the names under which Axis2 served it.
struct SOAPFace: Sendable {
    let table: ServiceTable
    let intake: Intake

    private static let roots = [
        "/services/VirtualMachineServer", "/axis2/services/VirtualMachineServer", "/axis2/services/VMServer",
    ]

    /// Whether a path is one of ours: a root, with what Axis2's clients put behind it.
    static func answers(_ path: String) -> Bool {
        roots.contains { root in
            guard path.hasPrefix(root) else { return false }
            let rest = path.dropFirst(root.count)
            return rest.isEmpty || rest.hasPrefix("/") || rest.hasPrefix(".VirtualMachineServerHttpSoap")
        }
    }

    /// 200, or 500 with a fault; 400 only for what is no SOAP. Old clients take any other status for a broken
    /// connection and never read the fault.
    func call(_ request: Request) async throws(Unacceptable) -> Response {
        let bytes: [UInt8]
        do {
            bytes = try await intake.body(of: request)
        } catch {
            let failure = ServiceFailure(
                .caller, code: error.status == .contentTooLarge ? "tooLarge" : "malformed",
                reason: error.words.filter { !$0.isNewline })
            let fault = SOAPWriter(.v11).fault(SOAPFault(failure))
            return Reply.bytes(
                error.status == .contentTooLarge ? error.status : .badRequest, fault, SOAPVersion.v11.contentType)
        }
        let type = ContentType(request.headers[.contentType])
        do throws(SOAPRefusal) {
            let message = try SOAPReader().request(bytes, charset: type.charset)
            return await answer(message, request)
        } catch {
            let fault = SOAPWriter(error.version, addressing: error.addressing).fault(error.fault)
            return Reply.bytes(error.isSOAP ? .internalServerError : .badRequest, fault, error.version.contentType)
        }
    }

    private func answer(_ message: SOAPRequest, _ request: Request) async -> Response {
        let writer = SOAPWriter(message.version, addressing: message.addressing)
        do throws(ServiceFailure) {
            let value = try await table.call(message.service, message.payload, face: .soap)
            return Reply.bytes(
                .ok, writer.response(message.service, value), message.version.contentType, to: request)
        } catch {
            return Reply.bytes(.internalServerError, writer.fault(SOAPFault(error)), message.version.contentType)
        }
    }

    /// The contract, or a word on where it is.
    func contract(_ request: Request) -> Response {
        let query = (request.uri.query ?? "").lowercased()
        if query.hasPrefix("wsdl") {
            return Reply.bytes(.ok, WSDL(address: address(request)).document, "text/xml; charset=UTF-8", to: request)
        }
        if query.hasPrefix("xsd") {
            return Reply.bytes(.ok, XSD().document, "text/xml; charset=UTF-8", to: request)
        }
        return Reply.text(
            .ok, "The SOAP endpoint of VMS. Its contract: \(address(request))?wsdl and \(address(request))?xsd\n")
    }

    /// As the client reached us: clients take the endpoint from the WSDL.
    private func address(_ request: Request) -> String {
        let host = request.head.authority ?? "localhost"
        let path = Self.roots.first { request.uri.path.hasPrefix($0) } ?? Self.roots[0]
        return "http://\(host)\(path)"
    }
}
