import Control
import Foundation
import Logging
import Model
import Storage
import Testing

/// The disks that are accepted when an image is added, and the messages for all other files.
@Suite("Contents of disks")
struct DiskContentTests {
    let folder: Folder
    let vault: FileVault

    init() throws {
        folder = try Folder()
        vault = FileVault(
            folders: [], dataFolder: folder.path,
            log: Logger(label: "vault") { _ in LogLines(lines: LogLines.Lines()) })
    }

    private func manifest(_ format: String, _ more: String = "") -> String {
        """
        {"name": "disky", "version": "1", "os": "x", "arch": "x86_64", "kernelVersion": "1", "stacks": ["ipv4"],
         "boot": "disk", "disk": "d", "diskFormat": "\(format)", "minimumRAM": 32, "configuration": "none"\(more)}
        """
    }

    /// The reason why an image is not added; `nil` if it is added, after which it is removed.
    func refusal(of content: [UInt8], _ format: String, _ more: String = "") async throws -> String? {
        let draft = ImageDraft(
            manifest: manifest(format, more), files: [.init(name: "d", size: Int64(content.count), digest: nil)])
        do {
            guard case .missing(let upload, _) = try await vault.add(draft) else { throw NotRefused() }
            // In two pieces: only the whole counts.
            let half = content.count / 2
            _ = try await vault.append(Array(content[..<half]), at: 0, to: "d", of: upload)
            _ = try await vault.append(Array(content[half...]), at: Int64(half), to: "d", of: upload)
            guard case .added(let image) = try await vault.add(draft) else { throw NotRefused() }
            #expect(try await vault.images() == [image])
            try await vault.remove(image)
            return nil
        } catch let refusal as Refusal {
            #expect(refusal.code == .imageInvalid)
            #expect(try await vault.images().isEmpty)
            return refusal.reason.description
        }
    }

    static func bootable(_ count: Int = 2048) -> [UInt8] {
        var bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 31 &+ 1) }
        bytes.replaceSubrange(510..<512, with: [0x55, 0xAA])
        return bytes
    }

    @Test("A raw disk begins with a boot sector, a partition table or a bootable file system")
    func raw() async throws {
        #expect(try await refusal(of: Self.bootable(), "raw") == nil)
        for (mark, offset) in [
            (Array("EFI PART".utf8), 512), (Array("EFI PART".utf8), 4096), ([0x53, 0xEF], 1080),
            (Array("CD001".utf8), 32_769),
            (Array("_BHRfS_M".utf8), 65_600), (Array("XFSB".utf8), 0),
        ] {
            var disk = [UInt8](repeating: 0, count: 70_000)
            disk.replaceSubrange(offset..<offset + mark.count, with: mark)
            #expect(try await refusal(of: disk, "raw") == nil, "\(mark) at \(offset)")
        }
        #expect(try await refusal(of: [UInt8](repeating: 0, count: 1000), "raw")?.contains("zeros only") == true)
        var other = Self.bootable()
        other[510] = 0
        #expect(try await refusal(of: other, "raw")?.contains("does not look like a disk") == true)
        #expect(try await refusal(of: [7], "raw")?.contains("does not look like a disk") == true)
    }

    @Test(
        "Compressed files, texts and other programs' disks are recognized",
        arguments: [
            ([0x1F, 0x8B], 0, "gzip"), ([0xFD, 0x37, 0x7A, 0x58, 0x5A, 0], 0, "xz"),
            ([0x28, 0xB5, 0x2F, 0xFD], 0, "zstd"),
            (Array("BZh9".utf8), 0, "bzip2"), (Array("ustar".utf8), 257, "tar"), (Array("PK\u{3}\u{4}".utf8), 0, "ZIP"),
            (Array("KDMV".utf8), 0, "VMDK"), (Array("vhdxfile".utf8), 0, "VHDX"),
            ([0x7F, 0x10, 0xDA, 0xBE], 64, "VDI"),
            (Array("QED\0".utf8), 0, "QED"), ([0x4C, 0x55, 0x4B, 0x53, 0xBA, 0xBE], 0, "LUKS"),
            (Array("conectix".utf8), 0, "VHD"), (Array("conectix".utf8), 2048 - 512, "VHD"),
            (Array("conectix".utf8), 2048 - 511, "VHD"), ([0x51, 0x46, 0x49, 0xFB, 0, 0, 0, 3], 0, "qcow2"),
        ] as [([UInt8], Int, String)])
    func others(mark: [UInt8], offset: Int, name: String) async throws {
        // All have a boot sector's mark: a tar of a disk, or a VHD, may have it in the right place.
        var content = Self.bootable()
        content.replaceSubrange(offset..<offset + mark.count, with: mark)
        let reason = try await refusal(of: content, "raw")
        #expect(reason?.contains(name) == true, "\(reason ?? "added")")
        guard name != "qcow2", offset < 1000 else { return }
        let asQCOW2 = try await refusal(of: content, "qcow2")
        #expect(asQCOW2?.contains(name) == true, "\(asQCOW2 ?? "added")")
    }

    @Test("HTML pages and texts are recognized")
    func texts() async throws {
        for (text, name) in [
            ("<!DOCTYPE html>\n<html><body>404", "an HTML page"), ("\n  <HTML>", "an HTML page"),
            ("<?xml version='1.0'?><a/>", "XML"),
            ("# Disk DescriptorFile\nversion=1\n", "VMDK"), ("no boot sector", "text"),
            ("{\"error\": \"\u{E4}\"}", "text"),
        ] {
            let reason = try await refusal(of: Array(text.utf8), "raw")
            #expect(reason?.contains(name) == true, "\(reason ?? "added")")
        }
    }

    @Test("A kernel, and a footer followed by other bytes, are recognized")
    func more() async throws {
        var kernel = Self.bootable()
        kernel.replaceSubrange(514..<518, with: Array("HdrS".utf8))
        #expect(try await refusal(of: kernel, "raw")?.contains("Linux kernel") == true)
        for trailing in [1, 511, 512, 5000] {
            let footer = Array("conectix".utf8) + [0, 0, 0, 2, 0, 1, 0, 0] + [UInt8](repeating: 9, count: 496)
            let reason = try await refusal(
                of: Self.bootable(8192) + footer + [UInt8](repeating: 3, count: trailing), "raw")
            #expect(reason?.contains("VHD") == true, "\(trailing): \(reason ?? "added")")
        }
    }

    @Test(
        "A manifest with a misspelt field is refused",
        arguments: ["diskformat", "NAME", "disk_format", "minimumRam", "Probe"])
    func misspelt(key: String) async throws {
        let reason = try await refusal(of: Self.bootable(), "raw", ", \"\(key)\": \"x\"")
        #expect(reason?.contains("did you mean") == true, "\(reason ?? "added")")
    }

    @Test("Unknown names in a manifest are ignored; a misspelt name within the probe is refused")
    func unknown() async throws {
        #expect(try await refusal(of: Self.bootable(), "raw", ", \"vendor\": {\"name\": 1}") == nil)
        let probe = ", \"probe\": {\"protocol\": \"a\", \"frames\": \"udp\", \"Frames\": \"b\"}"
        #expect(try await refusal(of: Self.bootable(), "raw", probe)?.contains("'Frames'") == true)
    }

    /// The reason why an image that boots a kernel is not added.
    private func refusal(kernel: [UInt8], initrd: [UInt8]) async throws -> String? {
        let draft = ImageDraft(
            manifest: """
                {"name": "booty", "version": "1", "os": "x", "arch": "x86_64", "kernelVersion": "1", "stacks": ["ipv4"],
                 "boot": "kernel", "kernel": "k", "initrd": "i", "minimumRAM": 32, "configuration": "none"}
                """,
            files: [
                .init(name: "k", size: Int64(kernel.count), digest: nil),
                .init(name: "i", size: Int64(initrd.count), digest: nil),
            ])
        do {
            guard case .missing(let upload, _) = try await vault.add(draft) else { throw NotRefused() }
            _ = try await vault.append(kernel, at: 0, to: "k", of: upload)
            _ = try await vault.append(initrd, at: 0, to: "i", of: upload)
            guard case .added(let image) = try await vault.add(draft) else { throw NotRefused() }
            #expect(try await vault.images() == [image])
            try await vault.remove(image)
            return nil
        } catch let refusal as Refusal {
            return refusal.reason.description
        }
    }

    @Test("A kernel and an initial RAM disk are checked")
    func kernels() async throws {
        func filled(_ mark: [UInt8], at offset: Int = 0) -> [UInt8] {
            var bytes = (0..<2048).map { UInt8(truncatingIfNeeded: $0 &* 31 &+ 1) }
            bytes.replaceSubrange(offset..<offset + mark.count, with: mark)
            return bytes
        }
        let (kernel, initrd) = (filled(Array("HdrS".utf8), at: 514), filled([0x1F, 0x8B]))
        let packed: [[UInt8]] = [
            [0x1F, 0x8B], [0xFD, 0x37, 0x7A, 0x58, 0x5A, 0], [0x28, 0xB5, 0x2F, 0xFD], Array("BZh9".utf8),
            [0x04, 0x22, 0x4D, 0x18],
        ]
        for mark in packed + [[0x7F, 0x45, 0x4C, 0x46], Array("MZ".utf8)] {
            let reason = try await refusal(kernel: filled(mark), initrd: initrd)
            #expect(reason == nil, "\(mark)")
        }
        for mark in packed + [Array("070701".utf8), Array("hsqs".utf8)] {
            let reason = try await refusal(kernel: kernel, initrd: filled(mark))
            #expect(reason == nil, "\(mark)")
        }
        let zeros = [UInt8](repeating: 0, count: 4096)
        let nonsense: [([UInt8], String)] = [
            (zeros, "zeros"), (Array("<!DOCTYPE html>\n<html>404".utf8), "HTML"), (Array("not found\n".utf8), "text"),
            (filled(Array("PK\u{3}\u{4}".utf8)), "ZIP"), (filled([0x51, 0x46, 0x49, 0xFB, 0, 0, 0, 3]), "qcow2"),
            (filled(Array("%PDF".utf8)), "PDF"),
        ]
        for (content, name) in nonsense {
            for reason in [
                try await refusal(kernel: content, initrd: initrd), try await refusal(kernel: kernel, initrd: content),
            ] { #expect(reason?.contains(name) == true, "\(name): \(reason ?? "added")") }
        }
        #expect(try await refusal(kernel: kernel, initrd: kernel)?.contains("kernel") == true)
    }

    @Test("A manifest with a repeated key is refused, however the key is escaped")
    func twice() async throws {
        for more in [
            ", \"name\": \"other\"", ", \"\\u006eame\": \"other\"",
            ", \"probe\": {\"protocol\": \"a\", \"frames\": \"b\", \"frames\": \"c\"}",
        ] {
            let reason = try await refusal(of: Self.bootable(), "raw", more)
            #expect(reason?.contains("twice") == true, "\(reason ?? "added")")
        }
        let nested = ", \"description\": \"\\\"name\\\": {\", \"probe\": {\"protocol\": \"a\", \"frames\": \"b\"}"
        #expect(try await refusal(of: Self.bootable(), "raw", nested) == nil)
    }
}
