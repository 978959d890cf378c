package import FoundationEssentials

/// An event of a host, a machine or a network of ours, as the server noticed it.
package struct HostEvent: Sendable, Equatable, Codable {
    /// Stable names; callers program against them.
    package enum Kind: String, Sendable, CaseIterable, Codable {
        // Callers read *node*, the paper's word for a host.
        case hostRegistered = "nodeRegistered"
        case hostUnregistered = "nodeUnregistered"
        /// Its key, its addresses or its URI changed.
        case hostUpdated = "nodeUpdated"
        /// It answers; recorded again after each loss.
        case hostUp = "nodeUp"
        case hostLost = "nodeLost"
        /// It no longer answers, because the server shut it down on purpose.
        case hostShutDown = "nodeShutDown"
        /// It presents another SSH host key than the pinned one.
        case hostKeyRefused = "nodeKeyRefused"
        case hostMaintenance = "nodeMaintenance"
        /// A machine or link part that was abandoned with a host was observed again.
        case abandonedFound
        case machineStarted, machineStopped, machineCrashed, machinePaused, machineResumed
        /// The host no longer has it.
        case machineGone
        /// Another host now has it.
        case machineMoved
        /// Every link of a network works; proven because one of its hosts came back.
        case networkVerified
        /// Not every link of the network works.
        case networkFailed
        /// A link does something else to frames from now on, or is down, because a caller wants it so.
        case linkChanged

        /// Whether it is the state of a host, which every caller may know.
        package var isHostState: Bool {
            switch self {
            case .hostRegistered, .hostUnregistered, .hostUp, .hostLost, .hostShutDown, .hostMaintenance: true
            case .hostUpdated, .hostKeyRefused, .abandonedFound, .machineStarted, .machineStopped, .machineCrashed,
                .machinePaused, .machineResumed, .machineGone, .machineMoved, .networkVerified, .networkFailed,
                .linkChanged:
                false
            }
        }
    }

    /// Counts from 1 in the order in which events were recorded; 0 before that.
    package var number: Int64
    package var time: Date
    package var kind: Kind
    package var host: String
    package var machine: String?
    package var network: String?
    /// What happened, for people.
    package var words: String

    package init(
        _ kind: Kind, host: String, machine: String? = nil, network: String? = nil, words: String, time: Date,
        number: Int64 = 0
    ) {
        self.number = number
        self.time = time
        self.kind = kind
        self.host = host
        self.machine = machine
        self.network = network
        self.words = words
    }
}

/// A signal from a host while the server watches it.
package enum HostSignal: Sendable, Equatable {
    /// The connection is established; from now on the host reports every change.
    case connected
    /// A machine changed. Signals may be lost when many arrive together: treat one as a reason to look at the
    /// machine.
    case machine(MachineID, name: String, MachineChange)
}

/// A change in a machine's life cycle, as its hypervisor reports it.
package enum MachineChange: String, Sendable, Equatable {
    case defined, undefined, started, stopped, crashed, paused, resumed, other
    /// A migration to this host has begun.
    case arriving
    /// It stopped on this host because it continues on another one.
    case movedAway
}
