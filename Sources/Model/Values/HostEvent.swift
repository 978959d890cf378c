package import FoundationEssentials

/// Something that happened to a host, a machine or a network of ours, as the server noticed it.
package struct HostEvent: Sendable, Equatable {
    /// Stable words; callers program against them.
    package enum Kind: String, Sendable, CaseIterable {
        // Callers read *node*, the paper's word for a host.
        case hostRegistered = "nodeRegistered"
        case hostUnregistered = "nodeUnregistered"
        /// It has another key, other addresses or another URI from now on.
        case hostUpdated = "nodeUpdated"
        /// It answers; told again after each loss.
        case hostUp = "nodeUp"
        case hostLost = "nodeLost"
        /// It does not answer any more because it was shut down on purpose, by us.
        case hostShutDown = "nodeShutDown"
        /// It shows another SSH host key than the one that is pinned.
        case hostKeyRefused = "nodeKeyRefused"
        case hostMaintenance = "nodeMaintenance"
        /// Something was seen there that had been given up with a host.
        case abandonedFound
        case machineStarted, machineStopped, machineCrashed, machinePaused, machineResumed
        /// The host has it no more.
        case machineGone
        /// Another host has it now.
        case machineMoved
        /// Every link of a network holds, found because a host of it came back.
        case networkVerified
        /// Not every link of it does.
        case networkFailed
    }

    /// Counts from 1 in the order in which events were recorded; 0 before that.
    package var number: Int64
    package var time: Date
    package var kind: Kind
    package var host: String
    package var machine: String?
    /// What happened, for people.
    package var words: String

    package init(
        _ kind: Kind, host: String, machine: String? = nil, words: String, time: Date, number: Int64 = 0
    ) {
        self.number = number
        self.time = time
        self.kind = kind
        self.host = host
        self.machine = machine
        self.words = words
    }
}

/// What a host tells while it is attended.
package enum HostSignal: Sendable, Equatable {
    /// The connection stands; from now on every change is told.
    case connected
    /// What became of a machine. Signals may be lost when many come at once: they are a reason to look.
    case machine(MachineID, name: String, MachineChange)
}

/// A change of a machine's life, as its hypervisor tells it.
package enum MachineChange: String, Sendable, Equatable {
    case defined, undefined, started, stopped, crashed, paused, resumed, other
    /// It stopped here because it goes on on another host.
    case movedAway
}
