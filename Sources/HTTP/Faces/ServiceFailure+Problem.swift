internal import Hummingbird
internal import Model
internal import VMSAPI

extension ServiceFailure {
    /// The answer to a request of events, or of a console, that was refused.
    static func problem(_ refusal: Refusal, of service: String, to request: Request) -> Response {
        var failure = ServiceFailure(refusal)
        failure.fault.service = service
        var response = JSONFace.problem(failure.status, failure)
        if failure.status == .unauthorized { response.addChallenges(to: request) }
        return response
    }
}
