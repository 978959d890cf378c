internal import Control
internal import HTTPTypes
internal import Hummingbird
internal import Model
internal import VMSAPI

/// The same services as JSON: `POST /v1/SERVICE` with the request's fields as an object.
struct JSONFace: Sendable {
    let table: ServiceTable
    private static let type = "application/json"

    /// Answers `POST /v1/SERVICE`.
    ///
    /// - Parameter body: the request's body, or the reason why it could not be read.
    func call(
        _ name: String, _ request: Request, _ body: Result<[UInt8], Unacceptable>, by caller: Caller,
        _ context: CallContext
    ) async -> Response {
        let bytes: [UInt8]
        do throws(Unacceptable) {
            bytes = try body.get()
            try Self.check(request, bytes)
        } catch {
            let failure = ServiceFailure(error, service: name)
            table.refused(name, failure.fault.code, face: .json, context)
            return Self.problem(error.status, failure)
        }
        return await LongWork.run(LongWork.reading(bytes.count), of: context.remoteAddress) {
            await answer(name, bytes, request, caller, context)
        }
    }

    private func answer(
        _ name: String, _ bytes: [UInt8], _ request: Request, _ caller: Caller, _ context: CallContext
    ) async -> Response {
        let value: WireValue
        do throws(FieldError) {
            value = bytes.isEmpty ? .object([]) : try JSONReader.value(of: bytes)
        } catch {
            let failure = ServiceFailure(error, service: name)
            table.refused(name, failure.fault.code, face: .json, context)
            return Self.problem(.badRequest, failure)
        }
        return await LongWork.run(LongWork.calling(table.work(name), bytes.count), of: context.remoteAddress) {
            await answer(name, value, request, caller, context)
        }
    }

    private func answer(
        _ name: String, _ value: WireValue, _ request: Request, _ caller: Caller, _ context: CallContext
    ) async -> Response {
        do throws(ServiceFailure) {
            let answer = try await table.call(name, value, by: caller, face: .json, context)
            return Reply.bytes(.ok, JSONWriter.bytes(of: answer), Self.type, to: request)
        } catch {
            return Self.problem(error.status, error)
        }
    }

    /// Checks query and Content-Type. A page of another site can make a browser send plain text here without a CORS
    /// preflight, but not JSON.
    private static func check(_ request: Request, _ bytes: [UInt8]) throws(Unacceptable) {
        if let query = request.uri.query, !query.isEmpty {
            throw Unacceptable(
                .badRequest,
                "the address has a query, '\(FieldError.shortened(query))': fields are members of the body\n")
        }
        let type = ContentType(request.headers[.contentType]).type
        guard type == Self.type || (bytes.isEmpty && type.isEmpty) else {
            let hint = type.contains("xml") ? "; SOAP goes to POST /services/VirtualMachineServer" : ""
            throw Unacceptable(
                .unsupportedMediaType, "Content-Type is '\(FieldError.shortened(type))': must be \(Self.type)\(hint)\n")
        }
    }

    /// Refuses a call whose caller is unknown.
    func refuse(_ refusal: Refusal, _ name: String, _ request: Request, _ context: CallContext) -> Response {
        var failure = ServiceFailure(refusal)
        failure.fault.service = name
        table.refused(name, failure.fault.code, face: .json, context)
        var response = Self.problem(failure.status, failure)
        response.addChallenges(to: request)
        return response
    }

    /// A failure as `application/problem+json` (RFC 9457).
    static func problem(_ status: HTTPResponse.Status, _ failure: ServiceFailure) -> Response {
        var members = failure.fault.wireValue.members ?? []
        members.append(.init("title", .string(failure.fault.reason)))
        members.append(.init("status", .number(String(status.code))))
        return Reply.bytes(status, JSONWriter.bytes(of: .object(members)), "application/problem+json")
    }

    /// The list of all services with their fields.
    func index(_ request: Request) -> Response {
        Reply.bytes(.ok, JSONWriter.bytes(of: ServiceIndex(table.endpoints).value), Self.type, to: request)
    }
}
