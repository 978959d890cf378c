import Control
import Foundation
import Logging
import Model
import Storage
import Testing

@Suite("Image vault")
struct FileVaultTests {
    let folder: Folder
    let vault: FileVault
    let lines = LogLines.Lines()

    init() throws {
        folder = try Folder()
        vault = Self.vault(folder, lines)
        try FileManager.default.createDirectory(atPath: folder.path + "/images", withIntermediateDirectories: true)
    }

    private static func vault(_ folder: Folder, _ lines: LogLines.Lines) -> FileVault {
        FileVault(
            folders: [folder.path + "/images", folder.path + "/more"], dataFolder: folder.path,
            log: Logger(label: "vault") { _ in LogLines(lines: lines) })
    }

    private func manifest(_ changes: [String: Any?] = [:]) throws -> [UInt8] {
        var values: [String: Any] = [
            "name": "ipv4-rip", "version": "1", "os": "vms-router", "arch": "x86_64", "kernelVersion": "6.1",
            "stacks": ["ipv4", "rip"], "description": "a router", "boot": "kernel", "kernel": "vmlinuz",
            "initrd": "initrd.gz", "cmdline": "console=ttyS0", "disk": NSNull(), "diskFormat": NSNull(),
            "minimumRAM": 96, "configuration": "nocloud",
        ]
        for (key, value) in changes { values[key] = value }
        return Array(try JSONSerialization.data(withJSONObject: values))
    }

    private func add(_ name: String, _ changes: [String: Any?] = [:], files: [String: [UInt8]]? = nil) throws {
        try folder.write(try manifest(changes), to: "images/\(name)/manifest.json")
        for (file, content) in files ?? ["vmlinuz": Array("abc".utf8), "initrd.gz": [1, 2, 3, 4]] {
            try folder.write(content, to: "images/\(name)/\(file)")
        }
    }

    /// The digest of "abc" in FIPS 180-2, appendix B.1.
    static let abc = Digest("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")

    @Test("an image that is started by its kernel")
    func kernel() async throws {
        try add("a")
        let image = try #require(try await vault.images().first)
        let initrd = Image.File(
            digest: Digest("9f64a747e1b97f131fabb6b447296c9b6f0201e79fb3c5356e6c77e89b6a806a"), size: 4)
        #expect(
            image
                == Image(
                    name: "ipv4-rip", version: "1", os: "vms-router", arch: "x86_64", kernelVersion: "6.1",
                    stacks: ["ipv4", "rip"], note: "a router",
                    boot: .kernel(
                        .init(digest: Self.abc, size: 3), initrd: initrd, commandLine: "console=ttyS0"), disk: nil,
                    diskFormat: .raw, diskCapacity: 0, minimumMemoryMiB: 96, bootSeconds: 120, takesSeed: true))
        #expect(try await vault.file(of: Self.abc).path == folder.path + "/images/a/vmlinuz")
        #expect(try await vault.file(of: initrd.digest).path == folder.path + "/images/a/initrd.gz")
        #expect(lines.all == ["folder of images \(folder.path)/more cannot be read"])
    }

    @Test("an image on a raw disk, and one on a qcow2 disk, whose size is larger than the file")
    func disks() async throws {
        let onDisk: [String: Any?] = ["boot": "disk", "kernel": NSNull(), "initrd": NSNull(), "disk": "disk.img"]
        var raw = onDisk
        raw["name"] = "raw"
        raw["bootSeconds"] = 30
        raw["configuration"] = "none"
        try add("raw", raw, files: ["disk.img": [UInt8](repeating: 7, count: 1024)])
        var qcow2 = onDisk
        qcow2["name"] = "qcow2"
        qcow2["diskFormat"] = "qcow2"
        try add("qcow2", qcow2, files: ["disk.img": emptyQCOW2(size: 5 << 30)])
        let images = try await vault.images()
        #expect(images.map(\.name) == ["qcow2", "raw"])
        #expect(images.map(\.diskCapacity) == [5 << 30, 1024])
        #expect(images.map(\.diskFormat) == [.qcow2, .raw])
        #expect(images.map(\.boot) == [.disk, .disk])
        #expect(images.map(\.bootSeconds) == [120, 30])
        #expect(images.map(\.takesSeed) == [true, false])
        #expect(images.map(\.disk?.size) == [(3 << 16) + 8 * 11, 1024])
    }

    @Test("a broken image is left out, with a reason that is logged once; the others stay")
    func broken() async throws {
        try add("good")
        let onDisk: [String: Any?] = ["boot": "disk", "disk": "d", "diskFormat": "qcow2"]
        let cases: [(String, [String: Any?], [String: [UInt8]]?, String)] = [
            ("up", ["kernel": "../good/vmlinuz"], nil, "kernel is '../good/vmlinuz': must be the plain name"),
            ("absolute", ["initrd": "/etc/passwd"], nil, "initrd is '/etc/passwd': must be the plain name"),
            ("dots", ["initrd": ".."], nil, "initrd is '..': must be the plain name"),
            ("newline", ["initrd": "a\nb"], nil, "must be the plain name"),
            ("missing", [:], ["vmlinuz": [1]], "'initrd.gz' cannot be opened: No such file"),
            ("empty", [:], ["vmlinuz": [], "initrd.gz": [1]], "'vmlinuz' is empty"),
            ("name", ["name": "a/b"], nil, "name is 'a/b'"),
            ("unnamed", ["version": ""], nil, "version is '': must have"),
            ("control", ["cmdline": "a\u{1}b"], nil, "cmdline is 'a\u{FFFD}b': must have"),
            ("long", ["description": String(repeating: "x", count: 2000)], nil, "description is 'x"),
            ("stacks", ["stacks": "ipv4"], nil, "wrong value for 'stacks'"),
            ("boot", ["boot": "pxe"], nil, "value for 'boot' that is not known"),
            ("memory", ["minimumRAM": 0], nil, "minimumRAM is '0': must be 1 to"),
            ("patience", ["bootSeconds": 0], nil, "bootSeconds is '0': must be 1 to 3600"),
            ("no-kernel", ["kernel": NSNull()], nil, "kernel and initrd must be given"),
            ("no-disk", ["boot": "disk"], nil, "disk must be given"),
            ("no-magic", onDisk, ["d": [1, 2, 3]], "'d' is not qcow2"),
            ("not-raw", ["boot": "disk", "disk": "d"], ["d": qcow2Header()], "'d' is qcow2, but"),
            ("backing", onDisk, ["d": qcow2Header(backing: 112)], "'d' has a backing file"),
            (
                "huge", onDisk, ["d": qcow2Header(size: UInt64(Int64.max))],
                "'d' claims a disk of 8388607 TiB; at most 64 TiB are accepted"
            ),
            ("external", onDisk, ["d": qcow2Header(features: 4)], "'d' has an external data file"),
            ("encrypted", onDisk, ["d": qcow2Header(encryption: 2)], "'d' is encrypted"),
            ("zero", onDisk, ["d": qcow2Header(size: 0)], "'d' has a size of 0"),
            ("version", onDisk, ["d": qcow2Header(version: 4)], "'d' is qcow2 of version 4"),
            ("cut", onDisk, ["d": Array(qcow2Header().prefix(30))], "or cut short"),
        ]
        for (name, changes, files, _) in cases {
            try add(name, ["name": name].merging(changes) { $1 }, files: files)
        }
        try folder.write("{", to: "images/json/manifest.json")
        try folder.write("{}", to: "images/keys/manifest.json")
        try folder.write([UInt8](repeating: 0x20, count: 70_000), to: "images/big/manifest.json")
        try add("twice")
        try add("link", ["name": "link"], files: ["initrd.gz": [1]])
        try FileManager.default.createSymbolicLink(
            atPath: folder.path + "/images/link/vmlinuz", withDestinationPath: "/etc/passwd")
        try add("folder", ["name": "folder"], files: ["initrd.gz": [1], "vmlinuz/x": [1]])
        try folder.write("{", to: "images/.hidden/manifest.json")
        try folder.write("no manifest here", to: "images/notes/readme")

        #expect(try await vault.images().map(\.name) == ["ipv4-rip"])
        let logged = lines.all
        let more = [
            ("json", "manifest.json is not JSON"), ("keys", "has no 'name'"), ("big", "is longer than 65536"),
            ("twice", "\(folder.path)/images/good has an image 'ipv4-rip:1' too"),
            ("link", "'vmlinuz' cannot be opened"), ("folder", "'vmlinuz' is not a regular file"),
        ]
        for (name, words) in cases.map({ ($0.0, $0.3) }) + more {
            let line = logged.first { $0.hasPrefix("image folder \(folder.path)/images/\(name) is left out: ") }
            #expect(line?.contains(words) == true, "\(name): \(line ?? "not logged")")
        }
        // One line for each, and one for the missing folder.
        #expect(logged.count == cases.count + more.count + 1)
        _ = try await vault.images()
        #expect(lines.all.count == logged.count)
    }

    @Test(
        "qcow2 files that QEMU wrote",
        .enabled(if: FileManager.default.isExecutableFile(atPath: "/usr/bin/qemu-img"), "qemu-img is not installed"))
    func realQCOW2() async throws {
        let onDisk: [String: Any?] = ["boot": "disk", "disk": "d", "diskFormat": "qcow2"]
        try add("whole", ["name": "whole"].merging(onDisk) { $1 }, files: [:])
        try add("overlay", ["name": "overlay"].merging(onDisk) { $1 }, files: [:])
        try add("external", ["name": "external"].merging(onDisk) { $1 }, files: [:])
        let images = folder.path + "/images"
        try qemuImg("create", "-f", "qcow2", images + "/whole/d", "3G")
        try qemuImg("create", "-f", "qcow2", "-b", images + "/whole/d", "-F", "qcow2", images + "/overlay/d")
        try qemuImg("create", "-f", "qcow2", "-o", "data_file=\(images)/external/raw", images + "/external/d", "1M")
        let found = try await vault.images()
        #expect(found.map(\.name) == ["whole"])
        #expect(found.first?.diskCapacity == 3 << 30)
        #expect(lines.all.contains { $0.contains("overlay is left out: 'd' has a backing file") })
        #expect(lines.all.contains { $0.contains("external is left out: 'd' has an external data file") })
    }

    @Test("a change takes effect at the next call, and an old digest is never served with new bytes")
    func changes() async throws {
        #expect(try await vault.images().isEmpty)
        try add("a")
        #expect(try await vault.images().count == 1)
        try folder.write("other", to: "images/a/vmlinuz")
        let found = try await refusal { _ = try await vault.file(of: Self.abc) }
        #expect(found.code == .imageNotFound)
        guard case .kernel(let kernel, _, _) = try #require(try await vault.images().first).boot else {
            throw NotRefused()
        }
        #expect(kernel.digest != Self.abc)
        #expect(kernel.size == 5)
        #expect(try await vault.file(of: kernel.digest).path == folder.path + "/images/a/vmlinuz")
        try FileManager.default.removeItem(atPath: folder.path + "/images/a")
        #expect(try await vault.images().isEmpty)
        await #expect(throws: Refusal.self) { try await vault.file(of: kernel.digest) }
        try add("a")
        #expect(try await vault.file(of: Self.abc).path.hasSuffix("/a/vmlinuz"))
    }

    @Test("a file is found before the first list of images")
    func pathFirst() async throws {
        try add("a")
        #expect(try await vault.file(of: Self.abc).path == folder.path + "/images/a/vmlinuz")
    }

    @Test("digests are cached across starts, in a file that only the owner may read, and computed again if it is lost")
    func remembered() async throws {
        try add("a")
        let first = try await vault.images()
        let book = folder.path + "/image-digests.json"
        let mode = try FileManager.default.attributesOfItem(atPath: book)[.posixPermissions] as? NSNumber
        #expect(mode?.intValue == 0o600)
        // A digest that only the book contains shows that the files are not read again.
        let text = try String(contentsOfFile: book, encoding: .utf8)
        let marked = text.replacingOccurrences(of: Self.abc.text, with: String(repeating: "0", count: 64))
        #expect(marked != text)
        try marked.write(toFile: book, atomically: true, encoding: .utf8)
        let second = try await Self.vault(folder, lines).images()
        #expect(second.first?.files.first?.digest == Digest(String(repeating: "0", count: 64)))
        try "rubbish".write(toFile: book, atomically: true, encoding: .utf8)
        #expect(try await Self.vault(folder, lines).images() == first)
    }

    @Test("a data digest covers the blocks that are not zero, whether the zeros are holes or not")
    func dataDigests() async throws {
        var kernel = [UInt8](repeating: 0, count: 100_000)
        kernel.replaceSubrange(70_000..<70_003, with: Array("abc".utf8))
        try folder.write(try manifest(), to: "images/a/manifest.json")
        try folder.write(kernel, to: "images/a/vmlinuz")
        try folder.write("x", to: "images/a/initrd.gz")
        let image = try #require(try await vault.images().first)
        // SHA-256 by Python's hashlib over 0000000000000001, the 34,464 bytes from 65,536 on, 00000000000186a0.
        let expected = Digest("650bff5f78edc13e7339c9d1e0ae830714cab91b5f94f05906f25a29052d45b9")
        #expect(try await vault.file(of: image.files[0].digest).dataDigest == expected)
        // The same for a file of one short block: 0000000000000000, "x", 0000000000000001.
        let short = Digest("a7f83ea527316b43c5a23208cb10300726911dc0be74cb272f17ab3eb4806e93")
        #expect(try await vault.file(of: image.files[1].digest).dataDigest == short)
    }

    @Test("of two folders the first one is used, and a file larger than the buffer is digested as a whole")
    func folders() async throws {
        let large = (0..<3_000_000).map { UInt8(truncatingIfNeeded: $0 &* 31) }
        try folder.write(try manifest(), to: "more/a/manifest.json")
        try folder.write(large, to: "more/a/vmlinuz")
        try folder.write("x", to: "more/a/initrd.gz")
        let alone = try #require(try await vault.images().first)
        // sha256sum of the same bytes.
        let expected = Digest("743fd190d8ee22d6c4146e71a2cb8dfb25746a0fec3d453def83406d51e1b443")
        #expect(alone.files.first == Image.File(digest: expected, size: 3_000_000))
        try add("z")
        #expect(try await vault.images().first?.files.first?.digest == Self.abc)
        #expect(lines.all.contains { $0.hasSuffix("\(folder.path)/images/z has an image 'ipv4-rip:1' too") })
    }
}

/// A qcow2 file of version 3 without content.
private func emptyQCOW2(size: UInt64) -> [UInt8] {
    let header = qcow2Header(size: size)
    let entries = Int(size / (512 << 20) + 1)
    var bytes = header + [UInt8](repeating: 0, count: (3 << 16) - header.count + 8 * entries)
    // The reference counts of the first clusters.
    bytes[(1 << 16) + 5] = 2
    return bytes
}

/// A qcow2 header of version 3, field by field.
private func qcow2Header(
    size: UInt64 = 1 << 20, backing: UInt64 = 0, features: UInt64 = 0, encryption: UInt64 = 0, version: UInt64 = 3
) -> [UInt8] {
    var bytes: [UInt8] = [0x51, 0x46, 0x49, 0xFB]
    func append(_ value: UInt64, _ count: Int) {
        for index in (0..<count).reversed() { bytes.append(UInt8(truncatingIfNeeded: value >> (8 * UInt64(index)))) }
    }
    append(version, 4)
    append(backing, 8)
    append(0, 4)
    append(16, 4)
    append(size, 8)
    append(encryption, 4)
    // First-level table and reference counts, of clusters of 64 KiB.
    let entries = min(size / (512 << 20) + 1, 1 << 20)
    append(entries, 4)
    append(3 << 16, 8)
    append(1 << 16, 8)
    append(1, 4)
    append(0, 12)
    append(features, 8)
    append(0, 16)
    append(4, 4)
    append(104, 4)
    return bytes
}

private func qemuImg(_ arguments: String...) throws {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/qemu-img")
    process.arguments = arguments
    process.standardOutput = FileHandle.nullDevice
    try process.run()
    process.waitUntilExit()
    try #require(process.terminationStatus == 0)
}
