package import Model
internal import Synchronization

/// The port to the hosts. An adapter carries out calls; it decides nothing, retries nothing, stores nothing.
///
/// Every call ends in bounded time: a host that hangs is `hostUnreachable` or `timedOut`, with the time since when, and
/// the reason.
package protocol Hypervisor: Sendable {
    /// Reaches a host that is about to be registered.
    ///
    /// - Parameter trustsFirstUse: pin whatever key the host presents; otherwise its key must equal `host.hostKey`.
    /// - Returns: the host to record, with its pinned key.
    /// - Throws: `hostUnreachable`, `hostKeyMissing`, `hostKeyRefused`, `invalidValue` for a URI that cannot be used.
    func contact(_ host: Host, trustsFirstUse: Bool) async throws(Refusal) -> Host

    /// Closes the connections to a host that is not registered any more.
    func forget(_ host: String) async

    /// Stays connected with a host and reports its events. Returns when ``forget(_:)`` ends it.
    ///
    /// - Throws: the reason why there is no connection, or why it was lost; the adapter does not reconnect.
    func attend(_ host: Host, _ report: @escaping @Sendable (HostSignal) async -> Void) async throws(Refusal)

    /// Checks whether a host, registered or not, can run machines. Defects are results, not errors.
    func inspect(_ host: Host, trustsFirstUse: Bool) async -> HostInspection

    /// The line for a host's `authorized_keys` file that lets this server log in.
    func credential() async throws(Refusal) -> String

    /// The identity of a host's present boot, read before the host is switched off.
    ///
    /// - Throws: `notOffered` if the host cannot be switched off: no program can be run on it, it has no suitable
    ///   program, or this server runs on it.
    func boot(of host: Host) async throws(Refusal) -> HostBoot

    func survey(_ host: Host) async throws(Refusal) -> HostSurvey
    func machines(on host: Host) async throws(Refusal) -> [ObservedSummary]
    /// Machines for which the host keeps more than their definition: saved memory, snapshots, checkpoints. The number
    /// of queries depends on the number of kinds, not on the number of machines.
    func machinesWithKeptState(on host: Host) async throws(Refusal) -> Set<MachineID>
    /// The network devices of a host. Sends no packets to find them.
    ///
    /// - Throws: `notOffered` if no program can be run on the host.
    func links(on host: Host) async throws(Refusal) -> HostLinks
    /// The VNIs of planned segments that the host's kernel would refuse, since a VXLAN device that cannot be listed
    /// uses them. Segments that exist already are not checked.
    func refusedVNIs(of segments: [Segment], on host: Host) async throws(Refusal) -> Set<Int>
    /// A machine by its id, whatever its name; `nil` if the host does not have it.
    func machine(_ id: MachineID, on host: Host) async throws(Refusal) -> ObservedMachine?
    /// A machine by its name; `nil` if the host has no machine of that name.
    func machine(named name: String, on host: Host) async throws(Refusal) -> ObservedMachine?
    /// The disks of a machine that another host has as well: the same storage under the same path. A file is checked
    /// with a temporary marker file beside it, a device by the identity that it reports.
    ///
    /// - Parameter paths: the machine's disks on `host`.
    /// - Throws: `notOffered` if the other host has something under such a path, and one of the two hosts cannot
    ///   identify it.
    func sharedDisks(_ paths: [String], of host: Host, with other: Host) async throws(Refusal) -> Set<String>
    /// Copies of images' files in the host's active pools, each with its users: machines, running or only defined, and
    /// volumes that have it as backing store. The duration grows with the number of machines on the host.
    func imageCopies(on host: Host) async throws(Refusal) -> [ObservedCopy]
    /// The copies that a host has with their full length. Their contents are not read.
    func found(_ copies: [RecordedCopy], on host: Host) async throws(Refusal) -> Set<VolumeName>
    /// The file or device under a path that a machine is to have as its disk. Only files and block devices that are
    /// allowed are opened.
    ///
    /// - Throws: `diskNotFound` if the host cannot determine it.
    func disk(at path: String, on host: Host) async throws(Refusal) -> HostDisk
    /// - Throws: `machineNotFound`, `notOffered`.
    func scheduler(of machine: String, on host: Host) async throws(Refusal) -> SchedulerReading

    /// Figures of a host and of all machines on it, with as few queries as its hypervisor allows. A busy machine delays
    /// nothing; its figures may be missing.
    func figures(of host: Host) async throws(Refusal) -> HostSample

    /// Opens the console of a machine. A console that another program on the host has open stays with it.
    ///
    /// - Parameter report: called in the order of the reports; must not block. `ended` is the last one.
    /// - Throws: `machineNotFound`, `machineNotRunning`; `machineBusy` if another program has it; `notOffered` if the
    ///   machine has no console, or its hypervisor lends none.
    func openConsole(
        of machine: MachineID, on host: Host, _ report: @escaping @Sendable (ConsoleSignal) -> Void
    ) async throws(Refusal) -> any ConsoleLink

    /// Does a step. Idempotent: a step that is done already succeeds and changes nothing.
    ///
    /// Everything that the step creates carries the mark of `operation`. Cancelling the task ends the step as soon as
    /// the host allows.
    func perform(
        _ step: Step, of operation: OperationID, on host: Host, progress: StepProgress
    ) async throws(Refusal) -> StepOutcome

    /// Undoes a step, also a partly done one. Undoing a step that left nothing succeeds; objects without our mark stay.
    func undo(_ step: Step, of operation: OperationID, on host: Host) async throws(Refusal)
}

/// The result of a host's inspection.
package struct HostInspection: Sendable {
    package var checks: [HostCheck]
    /// `nil` if the inspection stopped earlier or libvirt reports no UUID.
    package var identity: HostIdentity?

    package init(checks: [HostCheck], identity: HostIdentity? = nil) {
        (self.checks, self.identity) = (checks, identity)
    }
}

/// The result of a step.
package struct StepOutcome: Sendable, Equatable {
    /// Bytes that were sent to the host.
    package var sentBytes: Int64
    /// Copies of images that were removed, with the bytes they occupied; 0 for a copy that was absent.
    package var pruned: [VolumeName: Int64] = [:]
    /// Copies that certainly stayed, with the reason. The state of a copy in neither list is unknown.
    package var kept: [VolumeName: String] = [:]

    /// How long a migrated machine was paused, as measured by its hypervisor, in ms; `nil` if the hypervisor does not
    /// report it.
    package var downtimeMilliseconds: Int64?
    /// Traffic lost during the migration, per link.
    package var losses: [MoveLoss] = []

    package init(sentBytes: Int64 = 0) { self.sentBytes = sentBytes }
}

/// The progress of the running step. Reports may be dropped; the last one always arrives.
package final class StepProgress: Sendable {
    package struct Bytes: Sendable, Equatable {
        /// The offset that was reached in the file, holes included, in bytes.
        package var done: Int64
        package var total: Int64
        /// Bytes that were actually sent: holes are not.
        package var sent: Int64
        /// Whether the file is sent compressed.
        package var isCompressed: Bool
        /// The host that sends the file; `nil` for this server.
        package var sender: String?
    }

    /// The progress of a live migration's copying, as the hypervisor reports it.
    package struct Copying: Sendable, Equatable {
        /// Bytes of memory and disks that remain to be copied; the running machine adds more.
        package var remaining: Int64
        package var bytesPerSecond: Int64?
        /// Bytes per second that the machine writes to its memory meanwhile.
        package var dirtiedBytesPerSecond: Int64?
        /// The downtime if the machine were switched over now, in ms.
        package var expectedDowntimeMilliseconds: Int64?
        /// How many passes over its memory were made.
        package var passes: Int?

        package init(remaining: Int64) { self.remaining = remaining }
    }

    private struct State {
        var bytes: Bytes?
        var copying: Copying?
        var senders: Set<String> = []
        var rate = TransferRate()
    }

    private let state = Mutex(State())
    private let start = ContinuousClock.now

    /// The offset in bytes at which an earlier attempt at the same step stopped, and from which the step may resume; 0
    /// without an earlier attempt.
    package let resumesAt: Int64

    package init(resumesAt: Int64 = 0) { self.resumesAt = resumesAt }

    package func report(
        done: Int64, total: Int64, sent: Int64, isCompressed: Bool = false, sender: String? = nil
    ) {
        state.withLock {
            $0.bytes = Bytes(done: done, total: total, sent: sent, isCompressed: isCompressed, sender: sender)
            if let sender { $0.senders.insert(sender) }
            $0.rate.reached(sent, at: start.duration(to: .now))
        }
    }

    package func report(_ copying: Copying) { state.withLock { $0.copying = copying } }

    package var bytes: Bytes? { state.withLock { $0.bytes } }

    /// Bytes of a file sent per second, at present; `nil` during the first second.
    package var bytesPerSecond: Int64? {
        state.withLock { $0.rate.bytesPerSecond(at: start.duration(to: .now)) }
    }

    /// Hosts that sent parts of the file.
    package var senders: Set<String> { state.withLock { $0.senders } }

    package var copying: Copying? { state.withLock { $0.copying } }
}
