internal import FoundationEssentials
internal import Model

/// Small images with the structure of those that `images/build` makes: a manifest, a kernel and an initial RAM disk of
/// a few KiB, which cannot boot.
struct SimulatedImages {
    /// The folder with the images' folders.
    let folder: String

    /// Writes the images that are missing.
    func write() throws {
        for image in Self.all {
            let place = URL(filePath: folder).appending(path: image.name)
            guard !FileManager.default.fileExists(atPath: place.appending(path: "manifest.json").path) else { continue }
            try FileManager.default.createDirectory(
                at: place, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
            try Data(Self.kernel(image.name)).write(to: place.appending(path: "vmlinuz"))
            try Data(Self.initialRAMDisk(image.name)).write(to: place.appending(path: "initrd"))
            try Data(image.manifest.utf8).write(to: place.appending(path: "manifest.json"))
        }
    }

    static let all = [
        SimulatedImage(
            name: "ipv4-rip", stacks: ["ipv4", "rip"], addressing: "ipv4", probe: "rip", frames: "udp port 520"),
        SimulatedImage(
            name: "ipv6-ospf3", stacks: ["ipv6", "ospf3"], addressing: "ipv6", probe: "ospf3", frames: "ip6 proto 89"),
    ]

    /// The header of a kernel image by Linux' boot protocol (Documentation/arch/x86/boot.rst).
    private static func kernel(_ name: String) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: 8192)
        bytes.replaceSubrange(0x1FE..<0x200, with: [0x55, 0xAA])
        bytes.replaceSubrange(0x202..<0x206, with: Array("HdrS".utf8))
        bytes.replaceSubrange(0x400..<(0x400 + name.utf8.count), with: Array(name.utf8))
        return bytes
    }

    /// The start of a cpio archive in the new ASCII format.
    private static func initialRAMDisk(_ name: String) -> [UInt8] {
        Array("070701".utf8) + Array(name.utf8) + [UInt8](repeating: 0x30, count: 4096)
    }
}

struct SimulatedImage {
    var name: String
    var stacks: [String]
    var addressing: String
    /// The protocol by which the stack is proven, and the filter for its frames.
    var probe: String
    var frames: String

    var manifest: String {
        """
        {
          "name": "\(name)", "version": "1", "os": "vms-router", "arch": "x86_64", "kernelVersion": "6.1-simulated",
          "stacks": [\(stacks.map { "\"\($0)\"" }.joined(separator: ", "))],
          "description": "Simulated router: nothing can start from it",
          "boot": "kernel", "kernel": "vmlinuz", "initrd": "initrd", "cmdline": "quiet",
          "minimumRAM": 96, "interfaces": 1, "addressing": "\(addressing)", "bootSeconds": 60, "convergeSeconds": 60,
          "probe": {"protocol": "\(probe)", "frames": "\(frames)"}, "configuration": "nocloud"
        }

        """
    }
}
