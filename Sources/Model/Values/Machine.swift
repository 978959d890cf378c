package import FoundationEssentials

/// A machine of ours: what was asked for. What is observed is an ``ObservedMachine``.
package struct Machine: Sendable, Equatable, Codable {
    /// What it should be doing.
    package enum Asked: String, Sendable, Codable { case running, off, paused }

    package var id: MachineID
    package var name: String
    package var host: String
    package var asked: Asked
    /// `nil` for an adopted machine whose address we do not know.
    package var address: InterfaceAddress?
    package var mac: MACAddress?
    /// The bridge its interface is on.
    package var bridge: String?
    /// Memory in MiB.
    package var memoryMiB: Int64
    package var vcpus: Int
    /// Its image's name; see also ``imageVersion``.
    package var image: String?
    package var note: String?
    package var created: Date
    /// Volumes that were made for it and go with it.
    package var volumes: [VolumeName]
    /// Somebody else made it; its disks are not ours to remove.
    package var adopted: Bool
    /// How long its image may take to answer after a start, in seconds.
    package var bootSeconds: Int
    /// When we last saw it start.
    package var startedAt: Date?
    /// Its image's, by which a later start is proven.
    package var addressing: Image.Addressing?
    package var probe: Image.Probe?
    /// Its image's version.
    package var imageVersion: String?
    /// The files of the image it was made from.
    package var imageFiles: [Digest] = []
    /// What was asked of its scheduler, under the hypervisor's own names.
    package var scheduler: [String: ParameterValue]?
    /// Name of the virtual network it is a router of.
    package var network: String?
    /// Whether its address is on a link of that network, where only that network can meet it.
    package var isOnSegment = false

    /// Its address, where it shares the network with others.
    package var physicalAddress: InterfaceAddress? { isOnSegment ? nil : address }

    package init(
        id: MachineID, name: String, host: String, asked: Asked, address: InterfaceAddress?, mac: MACAddress?,
        bridge: String?, memoryMiB: Int64, vcpus: Int, image: String?, note: String?, created: Date,
        volumes: [VolumeName], adopted: Bool, bootSeconds: Int, startedAt: Date? = nil
    ) {
        self.id = id
        self.name = name
        self.host = host
        self.asked = asked
        self.address = address
        self.mac = mac
        self.bridge = bridge
        self.memoryMiB = memoryMiB
        self.vcpus = vcpus
        self.image = image
        self.note = note
        self.created = created
        self.volumes = volumes
        self.adopted = adopted
        self.bootSeconds = bootSeconds
        self.startedAt = startedAt
    }
}

extension Machine {
    /// Whether it was made from that version of an image.
    package func isMade(from image: Image) -> Bool { self.image == image.name && imageVersion == image.version }
}

/// A storage volume on a host: its pool and its name in it.
package struct VolumeName: Sendable, Hashable, Codable {
    package var pool: String
    package var name: String

    package init(pool: String, name: String) {
        self.pool = pool
        self.name = name
    }
}
