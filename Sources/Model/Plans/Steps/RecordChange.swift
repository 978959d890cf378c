package import FoundationEssentials

/// A change of the store's records; a list of changes is applied completely or not at all.
package enum RecordChange: Sendable, Equatable, Codable {
    case insertHost(Host)
    case removeHost(String)
    /// Replaces the record of an existing host; its maintenance and shutdown state stays.
    case replaceHost(Host)
    /// `since` is `nil` when the maintenance ends.
    case setMaintenance(host: String, since: Date?)
    /// `nil` when the host is on again, or stays on.
    case setShutdown(host: String, ShutdownRecord?)
    /// A host that was being shut down was observed to be off.
    case wentDown(host: String)
    case insertMachine(Machine)
    case removeMachine(MachineID)
    case setAsked(MachineID, Machine.Asked, startedAt: Date?)
    /// The requested scheduler parameters, under the hypervisor's own names; other parameters stay.
    case setScheduler(MachineID, [String: ParameterValue])
    case imageIsOnHost(ImageOnHost)
    /// The copy is in use from now on: refused as `imageNotOnHost` if it has been removed meanwhile.
    case imageIsNeeded(ImageOnHost, at: Date)
    /// The copy, if it exists, was in use until now.
    case imageWasUsed(host: String, Digest, at: Date)
    /// The copy is about to be removed: refused as `imageInUse` while a machine is made from it, or an
    /// unfinished operation needs its volume.
    case imageLeaves(PrunedCopy, host: String)
    case imageLeftHost(host: String, Digest)
    case insertNetwork(VirtualNetwork)
    /// Refused as `networkChanged` if `was` is given and the recorded network differs from it.
    case replaceNetwork(VirtualNetwork, was: VirtualNetwork?)
    /// Replaces the record of a network of which only a link's conditions change. The result of its last proof stays for
    /// the other links. Refused as `networkChanged` like ``replaceNetwork(_:was:)``.
    case setConditions(VirtualNetwork, link: String, was: VirtualNetwork?)
    /// Replaces the record of an existing machine.
    case replaceMachine(Machine)
    case removeNetwork(String)
    /// A machine or link part is abandoned; its own records are removed by other changes.
    case abandon(Abandoned)
    /// It was observed again, or, with `nil`, is no longer where it was observed.
    case abandonedSeen(String, Abandoned.Sighting?)
    /// Ids of parts that were ended or adopted, or are no longer to be remembered.
    case forgetAbandoned([String])
    /// A network was proven. The result is recorded only if `was` is `nil` or the network is still the same.
    /// Replacing or removing a network deletes its result.
    case verified(network: String, Verification, was: VirtualNetwork?)
    /// The network's last proof is no longer valid for these links.
    case doubt(network: String, links: [String])
    /// An event, at the time of the change.
    case note(HostEvent)
}

extension RecordChange {
    /// The change with the time at which it is made.
    func made(at time: Date) -> RecordChange {
        guard case .note(var event) = self else { return self }
        event.time = time
        return .note(event)
    }
}
