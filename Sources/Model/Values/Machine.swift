package import FoundationEssentials

/// The desired state of a machine of ours. The observed state is an ``ObservedMachine``.
package struct Machine: Sendable, Equatable, Codable {
    /// The desired run state.
    package enum Asked: String, Sendable, Codable { case running, off, paused }

    package var id: MachineID
    package var name: String
    package var host: String
    package var asked: Asked
    /// `nil` for an adopted machine whose address is unknown.
    package var address: InterfaceAddress?
    package var mac: MACAddress?
    /// The bridge of its interface.
    package var bridge: String?
    /// Memory in MiB.
    package var memoryMiB: Int64
    package var vcpus: Int
    /// Its image's name; see also ``imageVersion``.
    package var image: String?
    package var note: String?
    package var created: Date
    /// Volumes that were made for it and are removed with it.
    package var volumes: [VolumeName]
    /// Size in bytes of the disk that was made for it; `nil` if none was, and in records of earlier versions.
    package var diskBytes: Int64?
    /// Whether it was created by others; then its disks are not ours to remove.
    package var adopted: Bool
    /// The longest time that its image may take from a start to an answer, in seconds.
    package var bootSeconds: Int
    /// The time when the server last observed its start.
    package var startedAt: Date?
    /// The image's addressing, by which a later start is proven.
    package var addressing: Image.Addressing?
    package var probe: Image.Probe?
    /// Its image's version.
    package var imageVersion: String?
    /// The files of the image from which it was made.
    package var imageFiles: [Digest] = []
    /// The requested scheduler parameters, under the hypervisor's own names.
    package var scheduler: [String: ParameterValue]?
    /// The team that owns it.
    package var team = TeamID.standard
    /// Name of the virtual network of which it is a router.
    package var network: String?
    /// Whether its address is on a link of that network, so that it can collide only with addresses of the same
    /// network.
    package var isOnSegment = false

    /// Its address, if it is on a network that it shares with others.
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
    /// Whether it was made from this version of an image.
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
