package import Control
internal import Hummingbird
package import Logging
internal import Model
internal import VMSAPI

/// All endpoints by name. Calls of every face go through this table, which counts and logs them.
package struct ServiceTable: Sendable {
    package let endpoints: [Endpoint]
    private let byName: [String: Endpoint]
    let access: any AccessControl
    private let meter: ServiceMeter
    /// The reason for the absence of services, if it is not the name.
    private let absence: String?

    package init(
        _ endpoints: [Endpoint], access: any AccessControl, meter: ServiceMeter, log: Logger, absence: String? = nil
    ) {
        self.access = access
        self.absence = absence
        self.endpoints = endpoints
        self.meter = meter
        byName = Dictionary(endpoints.map { ($0.name, $0) }) { first, _ in first }
    }

    /// The kind of long work of a service; `nil` for a short one.
    func work(_ name: String) -> LongWork.Kind? { byName[name]?.work }

    /// Calls a service, and counts and logs the call.
    ///
    /// - Throws: the service's error; `unknownService` for an unknown name.
    func call(
        _ name: String, _ value: WireValue, by caller: Caller, face: ServiceMeter.Face, _ context: CallContext
    ) async throws(ServiceFailure) -> WireValue {
        let clock = ContinuousClock()
        let start = clock.now
        let result = await result(name, value, caller)
        let outcome =
            switch result {
            case .success: "SUCCESS"
            case .failure(let failure): failure.fault.code
            }
        note(byName[name]?.name ?? "unknown", outcome, face, start.duration(to: clock.now), context, caller)
        return try result.get()
    }

    /// Counts and logs a request that was refused before its service was known or its fields could be read.
    func refused(_ name: String?, _ outcome: String, face: ServiceMeter.Face, _ context: CallContext) {
        note(name.flatMap { byName[$0]?.name } ?? "unknown", outcome, face, .zero, context)
    }

    private func note(
        _ service: String, _ outcome: String, _ face: ServiceMeter.Face, _ took: Duration,
        _ context: CallContext, _ caller: Caller? = nil
    ) {
        meter.count(service: service, face: face, outcome: outcome, took: took)
        let microseconds = took.components.seconds * 1_000_000 + took.components.attoseconds / 1_000_000_000_000
        context.logger.info(
            "call",
            metadata: [
                "service": .string(service), "face": .string(face.rawValue), "outcome": .string(outcome),
                "us": .stringConvertible(microseconds), "from": .string(context.remoteAddress ?? ""),
                "user": .string(caller?.rights.principal.name ?? ""),
            ])
    }

    private func result(_ name: String, _ value: WireValue, _ caller: Caller) async -> Result<WireValue, ServiceFailure>
    {
        guard let endpoint = byName[name] else {
            let shown = FieldError.shortened(name)
            return .failure(
                ServiceFailure(
                    .unknownService,
                    reason: absence ?? "there is no service '\(shown)'; GET ?wsdl or GET /v1 lists the services"))
        }
        do throws(ServiceFailure) {
            return .success(try await endpoint.call(value, caller, access))
        } catch {
            return .failure(error)
        }
    }
}
