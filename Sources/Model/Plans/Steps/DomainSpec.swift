/// The complete content of a domain's definition, with every choice made; an adapter only converts it to XML.
package struct DomainSpec: Sendable, Equatable, Codable {
    package enum Kind: String, Sendable, Codable { case kvm, qemu, xenPV, xenPVH, test }

    package enum Boot: Sendable, Equatable, Codable {
        /// Paths on the host.
        case kernel(path: String, initrd: String, commandLine: String)
        case disk
    }

    package struct Disk: Sendable, Equatable, Codable {
        package var path: String
        package var format: Image.DiskFormat
        /// Device name in the machine: vda, xvda…
        package var target: String
        package var isReadOnly: Bool
        /// Whether it is a block device of the host instead of a file.
        package var isBlock = false
        /// Whether it existed before the machine, and has no backing file.
        package var isGiven = false

        package init(path: String, format: Image.DiskFormat, target: String, isReadOnly: Bool) {
            self.path = path
            self.format = format
            self.target = target
            self.isReadOnly = isReadOnly
        }
    }

    package struct Interface: Sendable, Equatable, Codable {
        package var mac: MACAddress
        package var bridge: String
        /// In bytes; `nil` means the bridge's own MTU.
        package var mtu: Int?
        /// Whether `bridge` is a network card of the host, which the machine shares (macvtap).
        package var isDirect: Bool

        package init(mac: MACAddress, bridge: String, mtu: Int? = nil, isDirect: Bool = false) {
            self.mac = mac
            self.bridge = bridge
            self.mtu = mtu
            self.isDirect = isDirect
        }
    }

    package var id: MachineID
    package var name: String
    package var kind: Kind
    package var arch: String
    package var memoryMiB: Int64
    package var vcpus: Int
    package var boot: Boot
    package var disks: [Disk]
    package var interfaces: [Interface]
    package var note: String?
    package var mark: Mark
    /// Whether the host starts the machine at its own start.
    package var startsWithHost = false

    package init(
        id: MachineID, name: String, kind: Kind, arch: String, memoryMiB: Int64, vcpus: Int, boot: Boot, disks: [Disk],
        interfaces: [Interface], note: String?, mark: Mark
    ) {
        self.id = id
        self.name = name
        self.kind = kind
        self.arch = arch
        self.memoryMiB = memoryMiB
        self.vcpus = vcpus
        self.boot = boot
        self.disks = disks
        self.interfaces = interfaces
        self.note = note
        self.mark = mark
    }
}
