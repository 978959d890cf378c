package import Model
package import VMSAPI

/// One service as the faces call it: a wire value in, a wire value out.
package struct Endpoint: Sendable {
    package let name: String
    let service: any Service.Type
    let documentation: MessageDescription
    let response: MessageDescription
    /// The kind of long work, if the work grows with a network or the whole fleet. Such a call runs on other threads,
    /// so that it delays no other call.
    private(set) var work: LongWork.Kind?
    let call: @Sendable (WireValue) async throws(ServiceFailure) -> WireValue

    /// Copies of the endpoint for long work: planning, or an answer that grows with the whole fleet.
    package var planning: Endpoint { working(.planning) }
    package var listing: Endpoint { working(.listing) }

    private func working(_ kind: LongWork.Kind) -> Endpoint {
        var copy = self
        copy.work = kind
        return copy
    }

    /// Creates the endpoint of a service. Its call decodes the request, serves it and encodes the response.
    ///
    /// - Parameter serve: carries out the service with its own types.
    package init<S: Service>(
        _ service: S.Type, _ serve: @escaping @Sendable (S) async throws(Refusal) -> S.Response
    ) {
        name = S.name
        self.service = service
        documentation = S.description
        response = S.Response.description
        call = { (value) async throws(ServiceFailure) in
            let request: S
            do throws(FieldError) {
                request = try S(request: value)
            } catch {
                throw ServiceFailure(error, service: S.name)
            }
            do throws(Refusal) {
                return try await serve(request).wireValue
            } catch {
                var failure = ServiceFailure(error)
                failure.fault.service = S.name
                throw failure
            }
        }
    }
}

extension ServiceFailure {
    /// The fault for a refusal.
    package init(_ refusal: Refusal) {
        self.init(FaultCode(refusal.code), reason: refusal.reason.onWire)
        fault.field = refusal.subject?.field
        fault.value = refusal.value
        fault.phyServer = refusal.host
        fault.vmName = refusal.machine
        fault.operation = refusal.operation
    }
}
