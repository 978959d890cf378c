package import FoundationEssentials

/// One change of what the store remembers; a list of them is applied whole or not at all.
package enum RecordChange: Sendable, Equatable, Codable {
    case insertHost(Host)
    case removeHost(String)
    /// The record of a host that is there; that it is in maintenance, or was shut down, stays.
    case replaceHost(Host)
    /// `since` is `nil` when the maintenance is over.
    case setMaintenance(host: String, since: Date?)
    /// `nil` when it is on, or stays on.
    case setShutdown(host: String, ShutdownRecord?)
    /// It was seen that a host that was being shut down is gone.
    case wentDown(host: String)
    case insertMachine(Machine)
    case removeMachine(MachineID)
    case setAsked(MachineID, Machine.Asked, startedAt: Date?)
    /// What was asked of its scheduler, under the hypervisor's own names; the others stay.
    case setScheduler(MachineID, [String: ParameterValue])
    case imageIsOnHost(ImageOnHost)
    /// It is used from now on: refused as `imageNotOnHost` when it has left meanwhile.
    case imageIsNeeded(ImageOnHost, at: Date)
    /// It was used until now, if it is there.
    case imageWasUsed(host: String, Digest, at: Date)
    /// It is about to be removed: refused as `imageInUse` while a machine is made from it, or an unfinished operation
    /// needs its volume.
    case imageLeaves(SweptCopy, host: String)
    case imageLeftHost(host: String, Digest)
    case insertNetwork(VirtualNetwork)
    /// Refused as `networkChanged` unless what is recorded is `was`, where that is given.
    case replaceNetwork(VirtualNetwork, was: VirtualNetwork?)
    /// The record of a machine that is there.
    case replaceMachine(Machine)
    case removeNetwork(String)
    /// It is given up; its own records go by changes of their own.
    case abandon(Abandoned)
    /// It was seen again, or with `nil` is not where it was seen any more.
    case abandonedSeen(String, Abandoned.Sighting?)
    /// By id: it was ended, adopted, or is not to be remembered any more.
    case forgetAbandoned([String])
    /// A network was proven. Nothing is recorded unless it is still as it was, where that is given. What is known of a
    /// network goes when it is replaced or removed.
    case verified(network: String, Verification, was: VirtualNetwork?)
    /// Its last proof says nothing of these links any more.
    case doubt(network: String, links: [String])
}
