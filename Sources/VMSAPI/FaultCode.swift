/// Every fault code and its consequences, in one table. Codes are stable, because clients depend on them.
///
/// The SOAP code follows from the status: `Client` (1.2: `Sender`) for 4xx, `Server` (`Receiver`) for 5xx.
public enum FaultCode: String, Sendable, CaseIterable {
    case missingField, emptyField, duplicateField, unknownField, invalidValue, outOfRange, tooLong, tooMany, malformed,
        multipartNotSupported, invalidName, invalidAddress, hypervisorMismatch, notOffered, imageNotOnHost,
        imageInvalid, linkInvalid, nodeKeyMissing, unknownService, nodeNotRegistered, machineNotFound, networkNotFound,
        imageNotFound, diskNotFound, bridgeNotFound, poolNotFound, operationNotFound, uploadNotFound, nodeNameTaken,
        nodeAddressTaken, nodeAnswers, nodeInUse, nodeInMaintenance, nodeKeyRefused, networkNameTaken, networkChanged,
        segmentTaken, vniRangeInUse, machineNameTaken, machineInNetwork, machineNotManaged, machineNotRunning,
        machineAlreadyRunning, machineAlreadyPaused, machineBusy, addressTaken, imageNameTaken, imageInUse,
        imageReadOnly, uploadMismatch, diskInUse, operationNotRunning, operationNotStuck, cancelled, tooLarge,
        operationStuck, storeFailed, internalError, hypervisorFailed, proofFailed, migrationFailed, shutdownFailed,
        transferCorrupt, nodeUnreachable, nodeShutDown, serverStopping, serverBusy, timedOut, notEnoughMemory,
        storageFull, notAuthenticated, notAllowed, tooManyFailures, tooManyCalls, quotaExceeded, principalNotFound,
        principalNameTaken, teamNotFound, teamNameTaken, teamInUse, tokenNotFound, lastAdmin, shareNotFound,
        webhookNotFound, webhookNameTaken

    /// The side on which the problem can be solved.
    public enum Side: String, Sendable {
        /// The request cannot be served as it is; a repetition does not help.
        case caller
        /// A host failed, or lacks something.
        case host
        case server
    }

    /// The consequences of a code.
    public struct Entry: Sendable, Equatable {
        public var side: Side
        /// HTTP status.
        public var status: Int
        /// Exit status of `vms`: 1, unless scripts need to tell this code apart.
        public var exitStatus: Int32
        /// The remedy, as a sentence.
        public var help: String

        fileprivate init(_ side: Side, _ status: Int, exitStatus: Int32 = 1, _ help: String) {
            (self.side, self.status, self.exitStatus, self.help) = (side, status, exitStatus, help)
        }
    }

    public var entry: Entry {
        switch self {
        case .missingField: Entry(.caller, 400, "Send the field.")
        case .emptyField: Entry(.caller, 400, "Give the field a value, or leave it out.")
        case .duplicateField: Entry(.caller, 400, "Send the field once.")
        case .unknownField: Entry(.caller, 400, "Spell the field as the service has it, or leave it out.")
        case .invalidValue: Entry(.caller, 400, "Send a value as the reason describes it.")
        case .outOfRange: Entry(.caller, 400, "Send a number within the range that the reason gives.")
        case .tooLong: Entry(.caller, 400, "Send a shorter text.")
        case .tooMany: Entry(.caller, 400, "Send fewer.")
        case .malformed: Entry(.caller, 400, "Send a well-formed message.")
        case .multipartNotSupported: Entry(.caller, 400, "Send the envelope alone, or as MTOM.")
        case .invalidName: Entry(.caller, 400, "Choose a name by the rule in the reason.")
        case .invalidAddress: Entry(.caller, 400, "Send an address by the rule in the reason.")
        case .hypervisorMismatch: Entry(.caller, 400, "Name the hypervisor of the host, or another host.")
        case .notOffered: Entry(.caller, 400, "Choose another host, or omit what it does not support.")
        case .imageNotOnHost: Entry(.caller, 400, "Let VMS send the image: transferDisk.")
        case .imageInvalid: Entry(.caller, 400, "Correct the image as the reason says, and add it again.")
        case .linkInvalid: Entry(.caller, 400, "Correct the link as the reason says.")
        case .nodeKeyMissing: Entry(.caller, 400, "Send the host's SSH key, or trustOnFirstUse.")
        case .notAuthenticated:
            Entry(.caller, 401, exitStatus: 5, "Send a valid token: vms login, or the administrator.")
        case .notAllowed: Entry(.caller, 403, exitStatus: 5, "Ask the owner for the role that the reason names.")
        case .tooManyCalls: Entry(.caller, 429, "Wait for earlier answers, and send fewer calls at once.")
        case .tooManyFailures: Entry(.caller, 429, "Wait a minute, and send a valid token.")
        case .quotaExceeded: Entry(.caller, 403, "Remove something of the team, or ask for a higher limit.")
        case .unknownService: Entry(.caller, 404, "GET /v1 and ?wsdl list the services.")
        case .nodeNotRegistered: Entry(.caller, 404, "Register the host, or name a registered one.")
        case .machineNotFound: Entry(.caller, 404, "List the machines with listVirtualMachines.")
        case .networkNotFound: Entry(.caller, 404, "List the networks with getVirtualNetworks.")
        case .imageNotFound: Entry(.caller, 404, "List the images with listImages.")
        case .diskNotFound: Entry(.caller, 404, "Name a disk that is on the host.")
        case .bridgeNotFound: Entry(.caller, 404, "Name a bridge that getPhysicalServerStatus lists.")
        case .poolNotFound: Entry(.caller, 404, "Name a storage pool that getPhysicalServerStatus lists.")
        case .operationNotFound: Entry(.caller, 404, "List the operations with listOperations.")
        case .uploadNotFound: Entry(.caller, 404, "Begin again with addImage.")
        case .principalNotFound: Entry(.caller, 404, "List the users with listUsers.")
        case .teamNotFound: Entry(.caller, 404, "List the teams with listTeams.")
        case .tokenNotFound: Entry(.caller, 404, "List the tokens with listTokens.")
        case .shareNotFound: Entry(.caller, 404, "List the shares with listShares.")
        case .webhookNotFound: Entry(.caller, 404, "List the webhooks with listWebhooks.")
        case .webhookNameTaken: Entry(.caller, 409, "Choose another name.")
        case .principalNameTaken: Entry(.caller, 409, "Choose another name.")
        case .teamNameTaken: Entry(.caller, 409, "Choose another name.")
        case .teamInUse: Entry(.caller, 409, "Remove what the team owns first.")
        case .lastAdmin: Entry(.caller, 409, "Make another user an administrator first.")
        case .nodeNameTaken: Entry(.caller, 409, "Choose another name.")
        case .nodeAddressTaken: Entry(.caller, 409, "Use the host under the name that the reason gives.")
        case .nodeAnswers: Entry(.caller, 409, "Call it without abandon: the host answers.")
        case .nodeInUse: Entry(.caller, 409, "Remove or move its machines first, or wait for the operation.")
        case .nodeInMaintenance: Entry(.caller, 409, "Choose another host, or end the maintenance.")
        case .nodeKeyRefused: Entry(.caller, 409, "Find out why its key changed; updateNode accepts it.")
        case .networkNameTaken: Entry(.caller, 409, "Choose another name, or apply the existing network.")
        case .networkChanged: Entry(.caller, 409, "Plan again: the network has changed since the plan.")
        case .segmentTaken: Entry(.caller, 409, "Try again, or set another range of VXLAN numbers.")
        case .vniRangeInUse: Entry(.caller, 409, "Set a larger range of VXLAN numbers (--vni-range).")
        case .machineNameTaken: Entry(.caller, 409, "Choose another name.")
        case .machineInNetwork: Entry(.caller, 409, "Use a service for the machine's network instead.")
        case .machineNotManaged: Entry(.caller, 409, "Adopt the machine first (adoptVirtualMachine).")
        case .machineNotRunning: Entry(.caller, 409, "Start the machine first.")
        case .machineAlreadyRunning: Entry(.caller, 409, "Nothing to do: the machine runs.")
        case .machineAlreadyPaused: Entry(.caller, 409, "Resume the machine first (resumeVirtualMachine).")
        case .machineBusy: Entry(.caller, 409, "Wait for the operation that the fault names, or cancel it.")
        case .addressTaken: Entry(.caller, 409, "Choose another address.")
        case .imageNameTaken: Entry(.caller, 409, "Choose another version or tag.")
        case .imageInUse: Entry(.caller, 409, "Remove the machines that use the image first.")
        case .imageReadOnly: Entry(.caller, 409, "Change the image in the operator's own folder.")
        case .uploadMismatch: Entry(.caller, 409, "Continue at the byte that the reason gives.")
        case .diskInUse: Entry(.caller, 409, "Choose another disk: this one is in use.")
        case .operationNotRunning: Entry(.caller, 409, "Nothing to cancel: the operation has ended.")
        case .operationNotStuck: Entry(.caller, 409, "Nothing to resolve: the operation is not stuck.")
        case .cancelled: Entry(.caller, 409, "Nothing remains: it was cancelled and undone.")
        case .tooLarge: Entry(.caller, 413, "Send less, or raise --body-limit-mib.")
        case .operationStuck: Entry(.server, 500, "Remove the cause (see reason), then use resolveOperation.")
        case .storeFailed: Entry(.server, 500, "Read the server's log: its database or disk has a problem.")
        case .internalError: Entry(.server, 500, "Report it with the server's log: it is a bug.")
        case .hypervisorFailed: Entry(.host, 502, "Look at the host: the reason has libvirt's message.")
        case .proofFailed: Entry(.host, 502, "Check what did not answer; everything was undone.")
        case .migrationFailed: Entry(.host, 502, "Check both hosts; the machine is where it was.")
        case .shutdownFailed: Entry(.host, 502, "Give the guest more time, or stop it (force).")
        case .transferCorrupt: Entry(.host, 502, "Check the host's disk and network; then try again.")
        case .nodeUnreachable: Entry(.host, 503, "Check whether the host is up, with vms node prepare.")
        case .nodeShutDown: Entry(.host, 503, "Switch the host on: it was shut down on purpose.")
        case .serverStopping: Entry(.server, 503, "Try again when the server is back.")
        case .serverBusy: Entry(.server, 503, "Try again later: the server is busy.")
        case .timedOut: Entry(.host, 504, "The reason names the slow part: check it.")
        case .notEnoughMemory: Entry(.host, 507, "Choose another host, or less memory.")
        case .storageFull: Entry(.host, 507, "Free space in the storage pool, or choose another.")
        }
    }
}
