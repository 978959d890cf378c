/// Every code that a fault may have, and what follows from it: the one table. Codes are stable; callers program against them.
///
/// What a code is in SOAP follows from the status: `Client` (1.2: `Sender`) for 4xx, `Server` (`Receiver`) for 5xx.
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
        storageFull

    /// Where something can be done about it.
    public enum Side: String, Sendable {
        /// The request cannot be served as it is; sending it again does not help.
        case caller
        /// A host did not do it, or lacks something.
        case host
        case server
    }

    /// What follows from a code.
    public struct Entry: Sendable, Equatable {
        public var side: Side
        /// HTTP status.
        public var status: Int
        /// With which `vms` ends. One that a script may tell apart from 1, the usual one, stands at its code.
        public var exitStatus: Int32
        /// What to do about it, as a sentence.
        public var help: String

        fileprivate init(_ side: Side, _ status: Int, exitStatus: Int32 = 1, _ help: String) {
            (self.side, self.status, self.exitStatus, self.help) = (side, status, exitStatus, help)
        }
    }

    public var entry: Entry {
        switch self {
        case .missingField: Entry(.caller, 400, "Give the field.")
        case .emptyField: Entry(.caller, 400, "Give the field a value, or leave it out.")
        case .duplicateField: Entry(.caller, 400, "Give the field once.")
        case .unknownField: Entry(.caller, 400, "Spell the field as the service has it, or leave it out.")
        case .invalidValue: Entry(.caller, 400, "Give what the reason says would be right.")
        case .outOfRange: Entry(.caller, 400, "Give a number within the range that the reason tells.")
        case .tooLong: Entry(.caller, 400, "Give a shorter text.")
        case .tooMany: Entry(.caller, 400, "Give fewer.")
        case .malformed: Entry(.caller, 400, "Send a message that can be read.")
        case .multipartNotSupported: Entry(.caller, 400, "Send the envelope alone, or as MTOM.")
        case .invalidName: Entry(.caller, 400, "Choose a name as the reason says.")
        case .invalidAddress: Entry(.caller, 400, "Give an address as the reason says.")
        case .hypervisorMismatch: Entry(.caller, 400, "Name the hypervisor of the host, or another host.")
        case .notOffered: Entry(.caller, 400, "Choose another host, or leave out what it does not offer.")
        case .imageNotOnHost: Entry(.caller, 400, "Let the image be sent: transferDisk.")
        case .imageInvalid: Entry(.caller, 400, "Mend the image as the reason says, and add it again.")
        case .linkInvalid: Entry(.caller, 400, "Describe the link as the reason says.")
        case .nodeKeyMissing: Entry(.caller, 400, "Give the host's SSH key, or trustOnFirstUse.")
        case .unknownService: Entry(.caller, 404, "Ask GET /v1 or ?wsdl which services there are.")
        case .nodeNotRegistered: Entry(.caller, 404, "Register the host, or name one that is registered.")
        case .machineNotFound: Entry(.caller, 404, "Ask listVirtualMachines which machines there are.")
        case .networkNotFound: Entry(.caller, 404, "Ask getVirtualNetworks which networks there are.")
        case .imageNotFound: Entry(.caller, 404, "Ask listImages which images there are.")
        case .diskNotFound: Entry(.caller, 404, "Name a disk that is on the host.")
        case .bridgeNotFound: Entry(.caller, 404, "Name a bridge that getPhysicalServerStatus tells.")
        case .poolNotFound: Entry(.caller, 404, "Name a storage pool that getPhysicalServerStatus tells.")
        case .operationNotFound: Entry(.caller, 404, "Ask listOperations which operations there are.")
        case .uploadNotFound: Entry(.caller, 404, "Begin again with addImage.")
        case .nodeNameTaken: Entry(.caller, 409, "Choose another name.")
        case .nodeAddressTaken: Entry(.caller, 409, "Use the host under the name that the reason tells.")
        case .nodeAnswers: Entry(.caller, 409, "Do it without abandon: the host answers.")
        case .nodeInUse: Entry(.caller, 409, "Remove or move what is there first, or wait for the operation.")
        case .nodeInMaintenance: Entry(.caller, 409, "Choose another host, or end the maintenance.")
        case .nodeKeyRefused: Entry(.caller, 409, "Find out why its key is another one; updateNode takes it.")
        case .networkNameTaken: Entry(.caller, 409, "Choose another name, or apply the network that is there.")
        case .networkChanged: Entry(.caller, 409, "Plan again: the network is not as it was planned for.")
        case .segmentTaken: Entry(.caller, 409, "Try again, or give another range of VXLAN numbers.")
        case .vniRangeInUse: Entry(.caller, 409, "Give a larger range of VXLAN numbers (--vni-range).")
        case .machineNameTaken: Entry(.caller, 409, "Choose another name.")
        case .machineInNetwork: Entry(.caller, 409, "Do it by a service for the machine's network.")
        case .machineNotManaged: Entry(.caller, 409, "Adopt the machine first (adoptVirtualMachine).")
        case .machineNotRunning: Entry(.caller, 409, "Start the machine first.")
        case .machineAlreadyRunning: Entry(.caller, 409, "Nothing is to be done: the machine runs.")
        case .machineAlreadyPaused: Entry(.caller, 409, "Resume the machine first (resumeVirtualMachine).")
        case .machineBusy: Entry(.caller, 409, "Wait for the operation that the fault names, or cancel it.")
        case .addressTaken: Entry(.caller, 409, "Choose another address.")
        case .imageNameTaken: Entry(.caller, 409, "Choose another version or tag.")
        case .imageInUse: Entry(.caller, 409, "Remove the machines that are made from the image first.")
        case .imageReadOnly: Entry(.caller, 409, "Change the image in the operator's own folder.")
        case .uploadMismatch: Entry(.caller, 409, "Go on at the byte that the reason tells.")
        case .diskInUse: Entry(.caller, 409, "Choose another disk: this one is used.")
        case .operationNotRunning: Entry(.caller, 409, "Nothing is to be cancelled: the operation has ended.")
        case .operationNotStuck: Entry(.caller, 409, "Nothing is to be resolved: the operation is not stuck.")
        case .cancelled: Entry(.caller, 409, "Nothing is left of it: it was cancelled and undone.")
        case .tooLarge: Entry(.caller, 413, "Send less, or raise --body-limit-mib.")
        case .operationStuck: Entry(.server, 500, "Mend what the reason tells, then use resolveOperation.")
        case .storeFailed: Entry(.server, 500, "Read the server's log: its database or disk has a problem.")
        case .internalError: Entry(.server, 500, "Report it with the server's log: this should not happen.")
        case .hypervisorFailed: Entry(.host, 502, "Look at the host: libvirt's words are in the reason.")
        case .proofFailed: Entry(.host, 502, "Look at what did not answer; everything was undone.")
        case .migrationFailed: Entry(.host, 502, "Look at both hosts; the machine is where it was.")
        case .shutdownFailed: Entry(.host, 502, "Give the guest more time, or stop it (force).")
        case .transferCorrupt: Entry(.host, 502, "Look at the host's disk and network; then try again.")
        case .nodeUnreachable: Entry(.host, 503, "Look whether the host is up: vms node prepare tells.")
        case .nodeShutDown: Entry(.host, 503, "Switch the host on: it was shut down on purpose.")
        case .serverStopping: Entry(.server, 503, "Ask again when the server is back.")
        case .serverBusy: Entry(.server, 503, "Ask again later: too much is going on.")
        case .timedOut: Entry(.host, 504, "Look at what took so long; the reason tells where.")
        case .notEnoughMemory: Entry(.host, 507, "Choose another host, or less memory.")
        case .storageFull: Entry(.host, 507, "Make room in the storage pool, or choose another.")
        }
    }
}
