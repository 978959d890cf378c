/// A router image of the catalogue: its manifest, with the digest and size of each file.
package struct Image: Sendable, Equatable, Codable {
    /// One file of an image.
    package struct File: Sendable, Equatable, Codable {
        package var digest: Digest
        /// Size in bytes, holes included.
        package var size: Int64

        package init(digest: Digest, size: Int64) {
            self.digest = digest
            self.size = size
        }
    }

    /// The address family that proves that a router of the image is up.
    package enum Addressing: String, Sendable, Codable {
        case ipv4, ipv6
        /// The router forwards without IP and has no address that answers.
        case none
    }

    /// How a healthy router of the image shows that its protocol stack runs: by a frame that it sends on each
    /// link without a request.
    package struct Probe: Sendable, Equatable, Codable {
        /// The protocol, such as `rip`; for people.
        package var protocolName: String
        /// A libpcap filter, such as `udp port 520`.
        package var frames: String

        package init(protocolName: String, frames: String) {
            self.protocolName = protocolName
            self.frames = frames
        }

        /// Whether `text` has only the characters of simple filters, which a shell does not interpret: 1 to 200
        /// letters, digits, blanks and `.:=-`.
        package static func isFilter(_ text: String) -> Bool {
            let allowed = text.utf8.allSatisfy { byte in
                (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
                    || " .:=-".utf8.contains(byte)
            }
            return allowed && (1...200).contains(text.utf8.count) && text.utf8.first != UInt8(ascii: "-")
        }
    }

    package enum DiskFormat: String, Sendable, Codable { case raw, qcow2 }

    package enum Boot: Sendable, Equatable, Codable {
        /// The hypervisor loads kernel and initial RAM disk itself.
        case kernel(File, initrd: File, commandLine: String)
        /// The machine boots from the disk's boot sector.
        case disk
    }

    package var name: String
    package var version: String
    package var os: String
    package var arch: String
    package var kernelVersion: String
    package var stacks: [String]
    package var note: String?
    package var boot: Boot
    /// The kernel's command line on Xen; `nil` if it is the same as on other hypervisors.
    package var xenCommandLine: String?
    package var disk: File?
    package var diskFormat: DiskFormat
    /// Size of the disk as the machine sees it, in bytes; for qcow2 it is larger than the file.
    package var diskCapacity: Int64
    /// Least memory in MiB.
    package var minimumMemoryMiB: Int64
    /// Longest time from the start of a machine to its first answer, in seconds.
    package var bootSeconds: Int
    /// Whether the image reads its name and addresses from a NoCloud seed disk.
    package var takesSeed: Bool
    package var addressing = Addressing.ipv4
    /// `nil` if its stack sends nothing without a request.
    package var probe: Probe?
    /// Longest time until neighbours have exchanged routes, in seconds.
    package var convergeSeconds = 60
    /// Least number of network interfaces.
    package var interfaces = 1

    package init(
        name: String, version: String, os: String, arch: String, kernelVersion: String, stacks: [String], note: String?,
        boot: Boot, disk: File?, diskFormat: DiskFormat, diskCapacity: Int64, minimumMemoryMiB: Int64, bootSeconds: Int,
        takesSeed: Bool
    ) {
        self.name = name
        self.version = version
        self.os = os
        self.arch = arch
        self.kernelVersion = kernelVersion
        self.stacks = stacks
        self.note = note
        self.boot = boot
        self.disk = disk
        self.diskFormat = diskFormat
        self.diskCapacity = diskCapacity
        self.minimumMemoryMiB = minimumMemoryMiB
        self.bootSeconds = bootSeconds
        self.takesSeed = takesSeed
    }

    /// The unique name of this version: `name:version`.
    package var reference: String { "\(name):\(version)" }

    /// Whether `text` names this image: by its name, or by its name and version.
    package func isCalled(_ text: String) -> Bool { text == name || text == reference }

    /// Sorts by name, then by version with the newest first: digits in versions compare as numbers, so that
    /// 1.10 is newer than 1.9.
    package func isListedBefore(_ other: Image) -> Bool {
        if name != other.name { return name < other.name }
        return Self.isNewer(version, than: other.version)
    }

    static func isNewer(_ version: String, than other: String) -> Bool {
        parts(other).lexicographicallyPrecedes(parts(version))
    }

    /// The version's runs of digits, without leading zeros and prefixed with their length, and the texts
    /// between them.
    private static func parts(_ version: String) -> [String] {
        var parts: [(text: String, isNumber: Bool)] = []
        for character in version {
            let isNumber = character.isASCII && character.isNumber
            if let last = parts.indices.last, parts[last].isNumber == isNumber {
                parts[last].text.append(character)
            } else {
                parts.append((String(character), isNumber))
            }
        }
        return parts.map { part in
            guard part.isNumber else { return part.text }
            let digits = part.text.drop { $0 == "0" }
            let length = String(digits.count)
            return String(repeating: "0", count: 4 - min(4, length.count)) + length + digits
        }
    }

    /// All files of the image that a host needs.
    package var files: [File] {
        switch boot {
        case .kernel(let kernel, let initrd, _): [kernel, initrd] + (disk.map { [$0] } ?? [])
        case .disk: disk.map { [$0] } ?? []
        }
    }
}
