/// The reason why something is not done, or was not: the single vocabulary of refusals inside the server. The
/// face that answers translates it to its wire form last.
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
        case notAuthenticated, notAllowed, tooManyFailures, tooManyCalls, quotaExceeded
        case principalNotFound, principalNameTaken, teamNotFound, teamNameTaken, teamInUse, tokenNotFound, lastAdmin,
            shareNotFound, webhookNotFound, webhookNameTaken
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

        /// Codes of a host that does not answer, so that its state is unknown.
        package static let silent: Set<Code> = [.hostUnreachable, .timedOut]
    }

    package var code: Code
    /// The text for the caller.
    package var reason: Words
    /// The text for the operator: it goes to the log and never to the caller.
    package var detail: String?
    /// The part of the request that the refusal is about.
    package var subject: Subject?
    /// The refused value, in a form that is safe to show.
    package var value: String?
    package var host: String?
    package var machine: String?
    package var operation: String?

    /// A refusal that is not about a part of the request.
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

    /// The same refusal with the place where it happened; fields that are already set stay.
    package func at(host: String? = nil, machine: String? = nil, operation: String? = nil) -> Refusal {
        var copy = self
        copy.host = self.host ?? host
        copy.machine = self.machine ?? machine
        copy.operation = self.operation ?? operation
        return copy
    }
}
