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

    /// Its name in journals, progress and answers.
    package var name: String {
        switch self {
        case .sendImage: "sendImage"
        case .sweepImages: "sweepImages"
        case .createDisk: "createDisk"
        case .writeSeed: "writeSeed"
        case .checkAddressFree: "checkAddressFree"
        case .defineMachine: "define"
        case .startMachine: "start"
        case .restoreMachine: "restore"
        case .dropSavedMemory: "dropSavedMemory"
        case .pauseMachine: "pause"
        case .resumeMachine: "resume"
        case .proveAddress: "proveAddress"
        case .proveStack: "proveStack"
        case .shutdownMachine: "shutdown"
        case .stopMachine: "stop"
        case .undefineMachine: "undefine"
        case .removeVolume: "removeVolume"
        case .setScheduler: "setScheduler"
        case .markMachine: "mark"
        case .makeSegment: "makeSegment"
        case .removeSegment: "removeSegment"
        case .reshapeSegment: "reshapeSegment"
        case .rebuildMachine: "rebuild"
        case .parkMachine: "park"
        case .moveMachine: "move"
        case .proveLink: "proveLink"
        case .proveReach: "proveReach"
        case .checkIdle: "checkIdle"
        case .powerOff: "powerOff"
        }
    }

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

package struct SendImage: Sendable, Equatable, Codable {
    package var image: String
    package var file: Image.File
    package var volume: VolumeName
    /// Hosts that may send it in place of this server. They are looked for when the step is done, and not written down.
    package var givers: [ImageGiver] = []

    private enum CodingKeys: CodingKey {
        case image, file, volume
    }

    package init(image: String, file: Image.File, volume: VolumeName) {
        self.image = image
        self.file = file
        self.volume = volume
    }
}

package struct ReshapeSegment: Sendable, Equatable, Codable {
    package var from: Segment
    package var to: Segment
    /// Those on the host that have an interface on it: where the bridge was gone, they are connected with the new one.
    package var machines: [MachineReference]
}

package struct RebuildMachine: Sendable, Equatable, Codable {
    package struct Shape: Sendable, Equatable, Codable {
        package var spec: DomainSpec
        package var seed: WriteSeed?
        /// A definition anew forgets them.
        package var scheduler: [String: ParameterValue]?
    }

    package var shape: Shape
    /// Its own disk, which is made where it is not there any more.
    package var disk: CreateDisk?
    /// `nil` where the host did not have it as it should be: undoing then leaves it as it has become.
    package var before: Shape?
    /// Whether it is ended for it and started again; otherwise only its definition changes.
    package var restarts: Bool

    package var spec: DomainSpec { shape.spec }
    package var machine: MachineReference { MachineReference(id: spec.id, name: spec.name) }
}

/// A copy of an image's file that is to leave its host.
package struct SweptCopy: Sendable, Equatable, Codable {
    package var digest: Digest
    package var volume: VolumeName
    /// What the store has of it, for when it stays after all; `nil` for one that it does not know.
    package var record: ImageOnNode?

    package init(digest: Digest, volume: VolumeName, record: ImageOnNode?) {
        self.digest = digest
        self.volume = volume
        self.record = record
    }
}

package struct CreateDisk: Sendable, Equatable, Codable {
    package struct Backing: Sendable, Equatable, Codable {
        package var path: String
        package var format: Image.DiskFormat

        package init(path: String, format: Image.DiskFormat) {
            self.path = path
            self.format = format
        }
    }

    package var volume: VolumeName
    package var format: Image.DiskFormat
    /// Bytes that the machine sees.
    package var capacity: Int64
    package var backing: Backing?

    package init(volume: VolumeName, format: Image.DiskFormat, capacity: Int64, backing: Backing?) {
        self.volume = volume
        self.format = format
        self.capacity = capacity
        self.backing = backing
    }
}

package struct WriteSeed: Sendable, Equatable, Codable {
    package var volume: VolumeName
    package var seed: Seed

    package init(volume: VolumeName, seed: Seed) {
        self.volume = volume
        self.seed = seed
    }
}

/// A machine on its host.
package struct MachineReference: Sendable, Equatable, Codable {
    package var id: MachineID
    package var name: String
    /// Whether its disks are not ours to remove, and what its firmware keeps beside them stays as well.
    package var keepsFirmware = false

    package init(id: MachineID, name: String) {
        self.id = id
        self.name = name
    }
}

package struct AddressProbe: Sendable, Equatable, Codable {
    package var machine: MachineReference
    package var bridge: String
    package var address: InterfaceAddress
    /// Who must answer; anybody else at the address is a refusal.
    package var mac: MACAddress
    /// How long to ask, in seconds.
    package var seconds: Int

    package init(
        machine: MachineReference, bridge: String, address: InterfaceAddress, mac: MACAddress, seconds: Int
    ) {
        self.machine = machine
        self.bridge = bridge
        self.address = address
        self.mac = mac
        self.seconds = seconds
    }
}

package struct StackProbe: Sendable, Equatable, Codable {
    package var machine: MachineReference
    package var bridge: String
    /// Whose frames count.
    package var mac: MACAddress
    package var probe: Image.Probe
    /// How long to listen, in seconds.
    package var seconds: Int

    package init(machine: MachineReference, bridge: String, mac: MACAddress, probe: Image.Probe, seconds: Int) {
        self.machine = machine
        self.bridge = bridge
        self.mac = mac
        self.probe = probe
        self.seconds = seconds
    }
}
