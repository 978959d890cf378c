package import Model
package import SOAP
internal import VMSAPI

/// Runs a verb and turns its refusal into a failure of the service: here, last, is decided whose side it is on.
func answering<Response>(
    _ body: () async throws(Refusal) -> Response
) async throws(ServiceFailure) -> Response {
    do {
        return try await body()
    } catch {
        throw ServiceFailure(error)
    }
}

extension ServiceFailure {
    package init(_ refusal: Refusal) {
        self.init(Self.side(of: refusal.code), code: refusal.code.rawValue, reason: refusal.reason)
        fault.field = refusal.field
        fault.value = refusal.value
        fault.phyServer = refusal.node
        fault.vmName = refusal.machine
        fault.operation = refusal.operation
    }

    private static func side(of code: Refusal.Code) -> Side {
        switch code {
        case .nodeUnreachable, .nodeShutDown, .proofFailed, .migrationFailed, .shutdownFailed, .transferCorrupt,
            .timedOut, .hypervisorFailed, .operationStuck, .storeFailed, .serverStopping, .internalError, .storageFull,
            .notEnoughMemory:
            .server
        case .missingField, .invalidName, .invalidAddress, .invalidValue, .outOfRange, .tooMany, .nodeNotRegistered,
            .nodeNameTaken,
            .nodeAddressTaken, .nodeAnswers, .nodeInUse, .nodeInMaintenance, .nodeKeyMissing, .machineNotFound,
            .machineNameTaken,
            .machineNotManaged,
            .machineNotRunning, .machineAlreadyRunning, .machineAlreadyPaused, .machineBusy, .addressTaken,
            .hypervisorMismatch, .notOffered,
            .imageInvalid, .imageNameTaken, .imageInUse, .imageReadOnly, .uploadNotFound, .uploadMismatch,
            .networkNotFound, .networkNameTaken, .networkChanged, .linkInvalid, .segmentTaken, .vniRangeInUse,
            .machineInNetwork,
            .imageNotFound, .imageNotOnHost, .diskNotFound, .diskInUse, .bridgeNotFound, .poolNotFound,
            .operationNotFound,
            .operationNotRunning, .operationNotStuck, .cancelled, .nodeKeyRefused:
            .caller
        }
    }
}
