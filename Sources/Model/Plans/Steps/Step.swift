/// One action on one host, with every choice made. It can be shown, journaled, repeated and undone.
///
/// Doing a step twice has the same effect as doing it once, and so has undoing it. Undoing succeeds if there is
/// nothing to undo.
package enum Step: Sendable, Equatable, Codable {
    /// Sends a file of an image; the copy is shared by all machines of the host, so it is swept, not undone.
    case sendImage(SendImage)
    /// Removes copies of images' files that are not in use. The host checks each copy at that moment, and keeps
    /// a used one.
    case sweepImages([PrunedCopy])
    /// Makes an empty disk, or an overlay of its backing volume.
    case createDisk(CreateDisk)
    case writeSeed(WriteSeed)
    /// Checks that no computer answers at the address yet.
    case checkAddressFree(AddressProbe)
    case defineMachine(DomainSpec)
    case startMachine(MachineReference)
    /// Starts a machine from its saved memory; undoing saves its memory again.
    case restoreMachine(MachineReference)
    /// Drops a machine's saved memory, so that its next start boots.
    case dropSavedMemory(MachineReference)
    /// Pauses a machine, which keeps its memory; undoing resumes it.
    case pauseMachine(MachineReference)
    /// Resumes a paused machine; undoing pauses it again.
    case resumeMachine(MachineReference)
    /// Waits until the machine answers at its address, with its own MAC address.
    case proveAddress(AddressProbe)
    /// Waits until the machine sends the frame that shows that its protocol stack runs.
    case proveStack(StackProbe)
    /// Requests a shutdown and waits for it.
    case shutdownMachine(MachineReference, seconds: Int)
    /// Stops the machine immediately.
    case stopMachine(MachineReference)
    case undefineMachine(MachineReference)
    case removeVolume(VolumeName)
    case setScheduler(MachineReference, [String: ParameterValue], previous: [String: ParameterValue])
    /// Writes our mark into the metadata of a machine that others made.
    case markMachine(MachineReference, Mark)
    /// Makes a link's part on the host: bridge, VXLAN port, and the configuration that restores both when the
    /// host starts.
    case makeSegment(Segment)
    case removeSegment(Segment)
    /// Changes a link's part on the host, or makes it again; undoing restores the previous form.
    case reshapeSegment(ReshapeSegment)
    /// Defines a machine anew on its existing disks, and restarts it if needed; undoing restores the previous
    /// form.
    case rebuildMachine(RebuildMachine)
    /// Stops a machine that is to be removed; undoing starts it again.
    case parkMachine(MachineReference)
    /// Moves a running machine to this host.
    case moveMachine(MoveMachine)
    /// Tests from the host whether routers, and no others, answer on a link, with full frames.
    case proveLink(LinkProof)
    /// Tests from the host addresses beyond a link's routers.
    case proveReach(ReachProof)
    /// Checks that no machine runs on the host, machines of others included.
    case checkIdle
    /// Switches the host off and waits until it is off. A host that is off, or has been off since that boot, is
    /// left as it is.
    case powerOff(HostBoot, seconds: Int)

    /// Files of images that the step adds to the host or removes: no other step may do so at the same time.
    package var imageFiles: [Digest] {
        switch self {
        case .sendImage(let send): [send.file.digest]
        case .sweepImages(let copies): copies.map(\.digest)
        default: []
        }
    }

    /// Whether its result is shared with others once it is complete.
    package var isShared: Bool {
        if case .sendImage = self { true } else { false }
    }
}
