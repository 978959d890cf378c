internal import HTTPTypes
internal import SOAP
internal import VMSAPI

extension ServiceFailure {
    /// The HTTP status that says nearly what the code says.
    var status: HTTPResponse.Status {
        let code = fault.code
        if code == "unknownService" || code.hasSuffix("NotFound") || code.hasSuffix("NotRegistered") {
            return .notFound
        }
        let conflicts = [
            "Taken", "Changed", "InUse", "InMaintenance", "Busy", "NotRunning", "AlreadyRunning", "AlreadyPaused",
            "NotManaged",
            "NotStuck",
            "Refused", "cancelled", "ReadOnly", "uploadMismatch", "machineInNetwork", "nodeAnswers",
        ]
        if conflicts.contains(where: code.hasSuffix) { return .conflict }
        switch code {
        case "nodeUnreachable", "nodeShutDown", "serverStopping": return .serviceUnavailable
        case "timedOut": return .gatewayTimeout
        case "notEnoughMemory", "storageFull":
            return HTTPResponse.Status(code: 507, reasonPhrase: "Insufficient Storage")
        case "hypervisorFailed", "proofFailed", "migrationFailed", "shutdownFailed", "transferCorrupt":
            return .badGateway
        default: return side == .caller ? .badRequest : .internalServerError
        }
    }

    /// On the side that its status says: what is `4xx` in JSON is the caller's (`Client`, `Sender`) in SOAP.
    var sided: ServiceFailure {
        var failure = self
        failure.side = status.kind == .clientError ? .caller : .server
        return failure
    }

    /// A request that was refused before its service was reached.
    init(_ unacceptable: Unacceptable, service: String?) {
        let (side, code): (Side, String) =
            switch unacceptable.status {
            case .contentTooLarge: (.caller, "tooLarge")
            case .serviceUnavailable: (.server, "serverBusy")
            default: (.caller, "malformed")
            }
        self.init(side, code: code, reason: unacceptable.words.filter { !$0.isNewline }, service: service)
    }
}
