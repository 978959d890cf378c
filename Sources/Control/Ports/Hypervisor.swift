package import Model
internal import Synchronization

/// The port to the hosts. An adapter carries out what it is told; it decides nothing, retries nothing, stores nothing.
///
/// Every call ends in bounded time: a host that hangs is `hostUnreachable` or `timedOut`, with since when and why.
package protocol Hypervisor: Sendable {
    /// Reaches a host that is about to be registered.
    ///
    /// - Parameter trustsFirstUse: pin whatever key the host shows; otherwise `host.hostKey` must be what it shows.
    /// - Returns: the host as it is to be recorded, with its pinned key.
    /// - Throws: `hostUnreachable`, `hostKeyMissing`, `hostKeyRefused`, `invalidValue` for a URI that cannot be used.
    func contact(_ host: Host, trustsFirstUse: Bool) async throws(Refusal) -> Host

    /// Closes what is open to a host that is not registered any more.
    func forget(_ host: String) async

    /// Stays connected with a host and tells what happens there. Returns when ``forget(_:)`` ends it.
    ///
    /// - Throws: why there is no connection, or none any more; nothing is tried again.
    func attend(_ host: Host, _ told: @escaping @Sendable (HostSignal) async -> Void) async throws(Refusal)

    /// Looks whether a host, registered or not, can carry machines. Whatever is wrong is an answer, not an error.
    func inspect(_ host: Host, trustsFirstUse: Bool) async -> HostInspection

    /// The line by which a host accepts this server (`authorized_keys`).
    func credential() async throws(Refusal) -> String

    /// Which run of a host this is, asked of one that is to be switched off.
    ///
    /// - Throws: `notOffered` where that cannot be: no program can be run on it, it knows none that would do it, or it is
    ///   the machine on which this server runs.
    func boot(of host: Host) async throws(Refusal) -> HostBoot

    func survey(_ host: Host) async throws(Refusal) -> HostSurvey
    func machines(on host: Host) async throws(Refusal) -> [ObservedSummary]
    /// Machines of which it keeps more than their definition: saved memory, snapshots, checkpoints. As many questions as kinds,
    /// however many machines it has.
    func keepers(on host: Host) async throws(Refusal) -> Set<MachineID>
    /// Its network devices. Nothing is sent to anybody for it.
    ///
    /// - Throws: `notOffered` where no program can be run on the host.
    func links(on host: Host) async throws(Refusal) -> HostLinks
    /// Of parts of links that a host is to have: the VNIs that its kernel would refuse, since a VXLAN has them that nobody can
    /// see. A part that is there already is not asked about.
    func refusedVNIs(of segments: [Segment], on host: Host) async throws(Refusal) -> Set<Int>
    /// `nil` when the host has no such machine, whatever its name.
    func machine(_ id: MachineID, on host: Host) async throws(Refusal) -> ObservedMachine?
    /// `nil` when the host has no machine of that name.
    func machine(named name: String, on host: Host) async throws(Refusal) -> ObservedMachine?
    /// Which of a machine's disks another host has as well: the same storage under the same path. A file is asked for by a
    /// mark that is laid beside it for the moment, a device by the identity that it tells.
    ///
    /// - Parameter paths: of its disks on `host`.
    /// - Throws: `notOffered` where something is there under such a path, and one of both hosts cannot be asked what it is.
    func sharedDisks(_ paths: [String], of host: Host, with other: Host) async throws(Refusal) -> Set<String>
    /// Copies of images' files in its active pools, each with who points at it: machines, running or only defined, and
    /// volumes that have it as backing store. Takes as long as the host has machines.
    func imageCopies(on host: Host) async throws(Refusal) -> [ObservedCopy]
    /// Which copies of images' files a host has as long as they should be. What they hold is not read.
    func found(_ copies: [HeldCopy], on host: Host) async throws(Refusal) -> Set<VolumeName>
    /// What is on the host under a path that a machine is to have as its disk. Nothing but a file or a block device that is
    /// allowed is opened.
    ///
    /// - Throws: `diskNotFound` when the host does not come to an answer.
    func disk(at path: String, on host: Host) async throws(Refusal) -> HostDisk
    /// - Throws: `machineNotFound`, `notOffered`.
    func scheduler(of machine: String, on host: Host) async throws(Refusal) -> SchedulerReading

    /// Does a step. Doing it again when it is done already succeeds and changes nothing.
    ///
    /// What it makes carries the mark of `operation`. Cancelling the task ends the step as soon as the host allows.
    func perform(
        _ step: Step, of operation: OperationID, on host: Host, progress: StepProgress
    ) async throws(Refusal) -> StepOutcome

    /// Takes a step back, also one that was done half. Undoing what is not there succeeds; what carries no mark of ours
    /// stays.
    func undo(_ step: Step, of operation: OperationID, on host: Host) async throws(Refusal)
}

/// What is found on a host that is looked at.
package struct HostInspection: Sendable {
    package var checks: [HostCheck]
    /// `nil` where it did not come so far, or libvirt tells no UUID.
    package var identity: HostIdentity?

    package init(checks: [HostCheck], identity: HostIdentity? = nil) {
        (self.checks, self.identity) = (checks, identity)
    }
}

/// What a step tells when it is done.
package struct StepOutcome: Sendable, Equatable {
    /// Bytes that were sent to the host.
    package var sentBytes: Int64
    /// Copies of images that were removed, with the bytes they took; 0 for one that was not there.
    package var swept: [VolumeName: Int64] = [:]
    /// Copies that were surely left as they are, and why. Of one that is in neither list nothing is known.
    package var kept: [VolumeName: String] = [:]

    /// How long a machine that moved stood still, as its hypervisor measured it, in ms; `nil` where it does not tell.
    package var downtimeMilliseconds: Int64?
    /// What its move lost, link by link.
    package var losses: [MoveLoss] = []

    package init(sentBytes: Int64 = 0) { self.sentBytes = sentBytes }
}

/// How far the running step is. Reports may be dropped; the last one always arrives.
package final class StepProgress: Sendable {
    package struct Bytes: Sendable, Equatable {
        /// From the file's start, holes included.
        package var done: Int64
        package var total: Int64
        /// What was sent of it: holes are not.
        package var sent: Int64
        /// Whether it crosses the wire compressed.
        package var isCompressed: Bool
        /// The host that sends it; `nil` for this server.
        package var sender: String?
    }

    /// How the copying of a running machine stands, as its hypervisor tells it.
    package struct Copying: Sendable, Equatable {
        /// Bytes of memory and disks that are still to go; more are added while it runs on.
        package var remaining: Int64
        package var bytesPerSecond: Int64?
        /// What the machine writes to its memory meanwhile.
        package var dirtiedBytesPerSecond: Int64?
        /// For how long it would stand still if it were switched now, in ms.
        package var expectedDowntimeMilliseconds: Int64?
        /// How often its memory has been gone through.
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

    /// Where an earlier attempt at the same step broke off; 0 without one. The step may go on from there.
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

    /// How many bytes of a file are sent per second, at present; `nil` before a second is over.
    package var bytesPerSecond: Int64? {
        state.withLock { $0.rate.bytesPerSecond(at: start.duration(to: .now)) }
    }

    /// Hosts that sent some of it.
    package var senders: Set<String> { state.withLock { $0.senders } }

    package var copying: Copying? { state.withLock { $0.copying } }
}
