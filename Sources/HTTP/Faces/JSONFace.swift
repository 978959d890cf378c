internal import HTTPTypes
internal import Hummingbird
internal import SOAP
internal import VMSAPI

/// The same services as JSON: `POST /v1/SERVICE` with the request's fields as an object.
struct JSONFace: Sendable {
    let table: ServiceTable
    let intake: Intake

    private static let type = "application/json"

    func call(_ name: String, _ request: Request) async throws(Unacceptable) -> Response {
        let bytes: [UInt8]
        do {
            bytes = try await intake.body(of: request)
        } catch {
            return problem(
                error.status,
                ServiceFailure(
                    .caller, code: error.status == .contentTooLarge ? "tooLarge" : "malformed",
                    reason: error.words.filter { !$0.isNewline }, service: name))
        }
        // A page of another site can make a browser send plain text here, but not this type, without asking first.
        guard bytes.isEmpty || ContentType(request.headers[.contentType]).type == Self.type else {
            return problem(
                .unsupportedMediaType,
                ServiceFailure(
                    .caller, code: "malformed", reason: "Content-Type must be \(Self.type)", service: name))
        }
        do throws(ServiceFailure) {
            let value = try Self.value(bytes, service: name)
            let answer = try await table.call(name, value, face: .json)
            return Reply.bytes(.ok, JSONWriter.bytes(of: answer), Self.type, to: request)
        } catch {
            return problem(Self.status(of: error), error)
        }
    }

    private static func value(_ bytes: [UInt8], service: String) throws(ServiceFailure) -> WireValue {
        guard !bytes.isEmpty else { return .object([]) }
        do {
            return try JSONReader.value(of: bytes)
        } catch {
            throw ServiceFailure(error, service: service)
        }
    }

    private func problem(_ status: HTTPResponse.Status, _ failure: ServiceFailure) -> Response {
        var members = failure.fault.wireValue.members ?? []
        members.append(.init("title", .string(failure.fault.reason)))
        members.append(.init("status", .number(String(status.code))))
        return Reply.bytes(status, JSONWriter.bytes(of: .object(members)), "application/problem+json")
    }

    /// The HTTP status that says nearly what the code says.
    private static func status(of failure: ServiceFailure) -> HTTPResponse.Status {
        let code = failure.fault.code
        if code == "unknownService" || code.hasSuffix("NotFound") || code.hasSuffix("NotRegistered") {
            return .notFound
        }
        if ["Taken", "InUse", "Busy", "NotRunning", "AlreadyRunning", "NotManaged", "NotStuck", "cancelled"].contains(
            where: code.hasSuffix)
        {
            return .conflict
        }
        switch code {
        case "nodeUnreachable", "serverStopping": return .serviceUnavailable
        case "timedOut": return .gatewayTimeout
        case "notEnoughMemory", "storageFull":
            return HTTPResponse.Status(code: 507, reasonPhrase: "Insufficient Storage")
        case "hypervisorFailed", "proofFailed": return .badGateway
        default: return failure.side == .caller ? .badRequest : .internalServerError
        }
    }

    /// What there is: every service with its fields.
    func index() -> Response {
        let services = table.endpoints.map { endpoint in
            WireValue.object([
                .init("name", .string(endpoint.name)),
                .init("documentation", .string(endpoint.documentation.documentation)),
                .init("fields", .array(endpoint.documentation.fields.map(Self.told))),
            ])
        }
        return Reply.bytes(
            .ok, JSONWriter.bytes(of: .object([.init("services", .array(services))])), Self.type)
    }

    private static func told(_ field: FieldDescription) -> WireValue {
        let type: String =
            switch field.kind {
            case .scalar(let kind): kind.json
            case .message(let message): message.name
            }
        var members: [WireValue.Member] = [
            .init("name", .string(field.name)), .init("type", .string(type)),
            .init("required", .bool(field.occurrence == .required)),
            .init("repeated", .bool(field.occurrence == .repeated)),
            .init("documentation", .string(field.documentation)),
        ]
        if let unit = field.unit { members.append(.init("unit", .string(unit))) }
        return .object(members)
    }
}
