package import Logging
internal import SOAP
internal import VMSAPI

/// All endpoints by name, and the one way in to them: called, counted and logged alike from every face.
package struct ServiceTable: Sendable {
    package let endpoints: [Endpoint]
    private let byName: [String: Endpoint]
    private let meter: ServiceMeter
    private let log: Logger

    package init(_ endpoints: [Endpoint], meter: ServiceMeter, log: Logger) {
        self.endpoints = endpoints
        self.meter = meter
        self.log = log
        byName = Dictionary(endpoints.map { ($0.name, $0) }) { first, _ in first }
    }

    /// - Throws: what the service throws; `unknownService` for a name that no service has.
    func call(_ name: String, _ value: WireValue, face: ServiceMeter.Face) async throws(ServiceFailure) -> WireValue {
        let clock = ContinuousClock()
        let start = clock.now
        let result = await result(name, value)
        let took = start.duration(to: clock.now)
        let outcome: String
        switch result {
        case .success: outcome = "SUCCESS"
        case .failure(let failure): outcome = failure.fault.code
        }
        let known = byName[name] == nil ? "unknown" : name
        meter.count(service: known, face: face, outcome: outcome, took: took)
        log.info(
            "call",
            metadata: [
                "service": "\(known)", "face": "\(face.rawValue)", "outcome": "\(outcome)", "took": "\(took)",
            ])
        return try result.get()
    }

    private func result(_ name: String, _ value: WireValue) async -> Result<WireValue, ServiceFailure> {
        guard let endpoint = byName[name] else {
            let shown = FieldError.shortened(name)
            return .failure(
                ServiceFailure(
                    .caller, code: "unknownService",
                    reason: "there is no service '\(shown)'; GET ?wsdl or GET /v1 tells which there are"))
        }
        do throws(ServiceFailure) {
            return .success(try await endpoint.call(value))
        } catch {
            return .failure(error)
        }
    }
}
