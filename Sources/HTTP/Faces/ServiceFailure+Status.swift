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
            "Refused", "cancelled", "ReadOnly", "uploadMismatch", "machineInNetwork",
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

    /// A request that was refused before its service was reached.
    init(_ unacceptable: Unacceptable, service: String?) {
        self.init(
            .caller, code: unacceptable.status == .contentTooLarge ? "tooLarge" : "malformed",
            reason: unacceptable.words.filter { !$0.isNewline }, service: service)
    }
}
