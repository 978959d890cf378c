/// Why something is not done, or was not: the one vocabulary inside the server. What it becomes on the wire is chosen
/// last, by the face that answers.
package struct Refusal: Error, Sendable, Equatable, Codable {
    /// Stable codes; callers program against them.
    package enum Code: String, Sendable, Codable, CaseIterable {
        case missingField, invalidName, invalidAddress, invalidValue, outOfRange, tooMany
        // Callers read *node*, the paper's word for a host.
        case hostNotRegistered = "nodeNotRegistered"
        case hostNameTaken = "nodeNameTaken"
        case hostAddressTaken = "nodeAddressTaken"
        case hostInUse = "nodeInUse"
        case hostUnreachable = "nodeUnreachable"
        case hostKeyMissing = "nodeKeyMissing"
        case hostKeyRefused = "nodeKeyRefused"
        case hostInMaintenance = "nodeInMaintenance"
        case hostShutDown = "nodeShutDown"
        case hostAnswers = "nodeAnswers"
        case machineNotFound, machineNameTaken, machineNotManaged, machineNotRunning, machineAlreadyRunning,
            machineAlreadyPaused, machineBusy
        case networkNotFound, networkNameTaken, networkChanged, linkInvalid, segmentTaken,
            vniRangeInUse, machineInNetwork
        case addressTaken, notEnoughMemory, hypervisorMismatch, notOffered
        case imageInvalid, imageNameTaken, imageInUse, imageReadOnly, uploadNotFound, uploadMismatch
        case imageNotFound, imageNotOnHost, diskNotFound, diskInUse, bridgeNotFound, poolNotFound, storageFull
        case proofFailed, migrationFailed, shutdownFailed, transferCorrupt, timedOut, hypervisorFailed, cancelled
        case operationNotFound, operationNotRunning, operationNotStuck, operationStuck
        case storeFailed, serverStopping, internalError

        /// Those of a host that does not answer, of which nothing is known then.
        package static let silent: Set<Code> = [.hostUnreachable, .timedOut]
    }

    package var code: Code
    /// Words for the caller.
    package var reason: Words
    /// Words for the operator; they go to the log and never to the caller.
    package var detail: String?
    /// What of the request it is about.
    package var subject: Subject?
    package var value: String?
    package var host: String?
    package var machine: String?
    package var operation: String?

    /// A refusal that is not about something in the request.
    package init(
        _ code: Code, _ reason: String, detail: String? = nil, value: String? = nil, host: String? = nil,
        machine: String? = nil, operation: String? = nil
    ) {
        self.init(
            code, nil, Words(reason), detail: detail, value: value, host: host, machine: machine, operation: operation)
    }

    package init(
        _ code: Code, _ subject: Subject?, _ reason: Words, detail: String? = nil, value: String? = nil,
        host: String? = nil, machine: String? = nil, operation: String? = nil
    ) {
        self.code = code
        self.reason = reason
        self.detail = detail
        self.subject = subject
        self.value = value
        self.host = host
        self.machine = machine
        self.operation = operation
    }

    /// The same refusal, told where it happened; what it says already stands.
    package func at(host: String? = nil, machine: String? = nil, operation: String? = nil) -> Refusal {
        var copy = self
        copy.host = self.host ?? host
        copy.machine = self.machine ?? machine
        copy.operation = self.operation ?? operation
        return copy
    }
}
