/// A machine's state as its hypervisor reports it; `absent` if VMS knows a machine that its host does not have any
/// more, and `creating` while the host does not have it yet.
public enum MachineState: String, WireEnum {
    case running, blocked, paused, shuttingDown, shutOff, crashed, suspended, unknown, absent, creating
}

/// The condition for the return of `createVirtualMachine` and `startVirtualMachine`.
public enum WaitFor: String, WireEnum {
    /// The machine answers at its address, as probed from its host.
    case address
    /// Its protocol stack also runs, as shown by a frame that its image's manifest describes.
    case stack
    /// Its domain runs.
    case started
}

/// Treatment of a machine that misses the deadline of its move.
public enum OnDeadline: String, WireEnum {
    /// It keeps running on its old host, and the call faults.
    case abort
    /// It is paused for the rest of the copy, and continues on its new host.
    case suspend
}

/// Treatment of the running machines that VMS manages, on a host to shut down.
public enum RunningMachines: String, WireEnum {
    /// The host stays up while one of them runs.
    case refuse
    /// They move to other hosts, as by `evacuatePhysicalServer`.
    case evacuate
    /// They shut down, as by `shutdownVirtualMachine`.
    case stop
}

/// The result for a machine of a host that was shut down.
public enum MachineFate: String, WireEnum {
    case moved, stopped
    /// It did not run, and stays where it was.
    case off
}

/// The state of an operation. `stuck` means that undoing failed, and a person must decide.
public enum OperationState: String, WireEnum {
    case running, undoing, succeeded, failed, stuck
}

/// A person's decision about a stuck operation.
public enum Resolution: String, WireEnum {
    /// Try again to undo the rest.
    case retry
    /// Leave everything as it is; the operation counts as failed.
    case accept
}

/// Kinds of events of a host, a machine or a network that VMS manages.
public enum EventKind: String, WireEnum {
    case nodeRegistered, nodeUpdated, nodeUnregistered, nodeUp, nodeLost, nodeShutDown, nodeKeyRefused
    case nodeMaintenance, abandonedFound
    case machineStarted, machineStopped, machineCrashed, machinePaused, machineResumed, machineGone, machineMoved
    case networkVerified, networkFailed, linkChanged
}

/// The result of a check of a host.
public enum HostVerdict: String, WireEnum {
    case ok
    /// It works, but a feature is not available.
    case warning
    case missing
}

/// Whether a host answers.
public enum NodeState: String, WireEnum {
    case up, unreachable
    /// It was shut down on purpose, by `shutdownPhysicalServer`.
    case down
    /// There was no contact since the server's start.
    case unknown
}

/// The guest type of a machine on a Xen host.
public enum GuestType: String, WireEnum {
    case pv, pvh
}

/// Kinds of differences between the desired and the observed state of a network.
public enum ChangeKind: String, WireEnum {
    case add, change, remove
    /// The desired state did not change, but a host lacks the part or has it differently.
    case `repair`
}

/// The kind of part of a network that differs.
public enum ChangedPart: String, WireEnum {
    case router, link
}

/// The state of a link.
public enum LinkState: String, WireEnum {
    /// Every router on it answers from each of its hosts, with full frames, and everything beyond is reachable.
    case ok
    /// A proof failed, or its part on a host differs from its definition.
    case failed
    /// The proof was not made or not complete, because another link had failed before, or since then a host of it was
    /// lost or a router stopped. No fault is known.
    case unproven
    /// No frame passes, because a caller broke it.
    case down
}

/// The kind of an abandoned part.
public enum AbandonedKind: String, WireEnum {
    case machine
    /// A link's part on the host: its bridge, and the connection to the link's other hosts.
    case link
}
