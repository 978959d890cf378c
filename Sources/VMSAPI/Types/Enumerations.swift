/// What a hypervisor says a machine is doing; `absent` when we know a machine that its host does not have any more, and
/// `creating` while it does not have it yet.
public enum MachineState: String, WireEnum {
    case running, blocked, paused, shuttingDown, shutOff, crashed, suspended, unknown, absent, creating
}

/// When `createVirtualMachine` and `startVirtualMachine` return.
public enum WaitFor: String, WireEnum {
    /// When the machine answers at its address, asked from the host that carries it.
    case address
    /// When its protocol stack shows besides that it runs, by a frame that its image's manifest describes.
    case stack
    /// When its domain runs.
    case started
}

/// What becomes of a machine that moves and is not there in time.
public enum OnDeadline: String, WireEnum {
    /// It goes on where it was, and the call faults.
    case abort
    /// It is stopped for the rest, and goes on where it is to be.
    case suspend
}

/// What becomes of machines of ours on a host that is to be shut down.
public enum RunningMachines: String, WireEnum {
    /// The host stays up while one runs.
    case refuse
    /// They move to other hosts, as `evacuatePhysicalServer` moves them.
    case evacuate
    /// They are asked to shut down, as `shutdownVirtualMachine` asks.
    case stop
}

/// What became of a machine of a host that was shut down.
public enum MachineFate: String, WireEnum {
    case moved, stopped
    /// It did not run, and is where it was.
    case off
}

/// Where an operation stands. `stuck` means: undoing failed, a person has to look.
public enum OperationState: String, WireEnum {
    case running, undoing, succeeded, failed, stuck
}

/// What a person decides about a stuck operation.
public enum Resolution: String, WireEnum {
    /// Try to undo the rest again.
    case retry
    /// Leave things as they are; the operation counts as failed.
    case accept
}

/// What happened to a host, a machine or a network of ours.
public enum EventKind: String, WireEnum {
    case nodeRegistered, nodeUpdated, nodeUnregistered, nodeUp, nodeLost, nodeShutDown, nodeKeyRefused
    case nodeMaintenance, abandonedFound
    case machineStarted, machineStopped, machineCrashed, machinePaused, machineResumed, machineGone, machineMoved
    case networkVerified, networkFailed
}

/// Whether something on a host is as it has to be.
public enum HostVerdict: String, WireEnum {
    case ok
    /// It works without, but something is not offered.
    case warning
    case missing
}

/// Whether a host answers.
public enum NodeState: String, WireEnum {
    case up, unreachable
    /// It was shut down on purpose, by `shutdownPhysicalServer`.
    case down
    /// Nobody has heard of it since the server began.
    case unknown
}

/// How a Xen host runs a machine.
public enum GuestType: String, WireEnum {
    case pv, pvh
}

/// In what a network differs from what is asked for.
public enum ChangeKind: String, WireEnum {
    case add, change, remove
    /// Nothing else is asked for than before, but a host does not have it so.
    case `repair`
}

/// What of a network differs.
public enum ChangedPart: String, WireEnum {
    case router, link
}

/// Whether a link holds.
public enum LinkState: String, WireEnum {
    /// Every router on it answers from every host of it, with full frames, and what lies beyond is reached.
    case ok
    /// A proof failed, or its part on a host is not as it was made.
    case failed
    /// It was not asked, or not everything, because another link had failed before, or since then a host of it was lost or
    /// a router ended; nothing is known to be wrong with it.
    case unproven
}

/// What was given up with a host.
public enum AbandonedKind: String, WireEnum {
    case machine
    /// A link's part on the host: its bridge, and what joins it with the link's other hosts.
    case link
}
