/// One thing that is done on one host, with every choice made. It can be shown, journaled, repeated and undone.
///
/// Doing a step twice is the same as doing it once, and so is undoing it; undoing what is not there succeeds.
package enum Step: Sendable, Equatable, Codable {
    /// Sends a file of an image; the copy is shared by all machines of the host, so it is swept, not undone.
    case sendImage(SendImage)
    /// Removes copies of images' files that nobody uses, each unless the host, asked in that moment, tells of a use.
    case sweepImages([SweptCopy])
    /// Makes an empty disk, or one that holds only what differs from its backing volume.
    case createDisk(CreateDisk)
    case writeSeed(WriteSeed)
    /// Makes sure that nobody answers at the address yet.
    case checkAddressFree(AddressProbe)
    case defineMachine(DomainSpec)
    case startMachine(MachineReference)
    /// Starts a machine from memory that was saved; undone, its memory is saved again.
    case restoreMachine(MachineReference)
    /// Drops a machine's saved memory, so that its next start boots.
    case dropSavedMemory(MachineReference)
    /// Lets a machine stand still with its memory; undone, one that does goes on.
    case pauseMachine(MachineReference)
    /// Lets a machine that stands still go on; undone, it stands still again.
    case resumeMachine(MachineReference)
    /// Waits until the machine answers at its address, with its own MAC address.
    case proveAddress(AddressProbe)
    /// Waits until the machine sends a frame by which its protocol stack shows that it runs.
    case proveStack(StackProbe)
    /// Asks for a shutdown and waits for it.
    case shutdownMachine(MachineReference, seconds: Int)
    /// Ends the machine at once.
    case stopMachine(MachineReference)
    case undefineMachine(MachineReference)
    case removeVolume(VolumeName)
    case setScheduler(MachineReference, [String: ParameterValue], previous: [String: ParameterValue])
    /// Writes our mark into the metadata of a machine that somebody else made.
    case markMachine(MachineReference, Mark)
    /// Makes a link's part on the host: bridge, VXLAN port, and what brings both back when the host starts.
    case makeSegment(Segment)
    case removeSegment(Segment)
    /// Makes a link's part on the host otherwise than it was, or again; undone, it is as it was.
    case reshapeSegment(ReshapeSegment)
    /// Defines a machine anew on the disks it has, and starts it again where that is needed; undone, it is as it was.
    case rebuildMachine(RebuildMachine)
    /// Ends a machine that is to be removed; undone, it runs again.
    case parkMachine(MachineReference)
    /// Moves a running machine to this host.
    case moveMachine(MoveMachine)
    /// Asks, from the host, whether routers answer on a link, with full frames, and nobody else does.
    case proveLink(LinkProof)
    /// Asks, from the host, for addresses beyond a link's routers.
    case proveReach(ReachProof)
    /// Makes sure that no machine runs on the host, whoever made it.
    case checkIdle
    /// Switches the host off and waits until it is gone; one that is off, or has been off since that run of it, stays as it
    /// is.
    case powerOff(HostBoot, seconds: Int)

    /// Files of images that it puts on the host or takes away: no other step may do so at the same time.
    package var imageFiles: [Digest] {
        switch self {
        case .sendImage(let send): [send.file.digest]
        case .sweepImages(let copies): copies.map(\.digest)
        default: []
        }
    }

    /// Whether what it makes is shared with others once it is whole.
    package var isShared: Bool {
        if case .sendImage = self { true } else { false }
    }
}
