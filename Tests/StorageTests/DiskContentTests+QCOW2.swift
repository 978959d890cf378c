import Foundation
import Testing

/// Disks in the format of QEMU, and in those of other programs, written by `qemu-img`.
extension DiskContentTests {
    static let hasQEMU = FileManager.default.isExecutableFile(atPath: "/usr/bin/qemu-img")

    @Test(
        "qcow2 as qemu-img writes it is accepted; a cut off, damaged or unknown file is refused", .enabled(if: hasQEMU))
    func qcow2() async throws {
        let raw = folder.path + "/raw"
        var content = [UInt8](repeating: 0, count: (3 << 20) + 512)
        for start in stride(from: 0, to: content.count - 5000, by: 300_000) {
            content.replaceSubrange(
                start..<start + 5000, with: (0..<5000).map { UInt8(truncatingIfNeeded: $0 &* $0 &+ start) })
        }
        content[content.count - 1] = 1
        content.replaceSubrange(510..<512, with: [0x55, 0xAA])
        try Data(content).write(to: URL(fileURLWithPath: raw))
        for options in [
            [], ["-c"], ["-o", "compat=0.10"], ["-o", "cluster_size=512"], ["-o", "cluster_size=2M"],
            ["-o", "extended_l2=on"],
            ["-c", "-o", "compression_type=zstd"], ["-o", "preallocation=metadata"],
        ] {
            let bytes = try made(["convert", "-f", "raw", "-O", "qcow2"] + options + [raw], folder.path + "/made")
            #expect(try await refusal(of: bytes, "qcow2") == nil, "\(options)")
            for part in [2, 3] {
                let reason = try await refusal(of: Array(bytes[..<(bytes.count * (part - 1) / part)]), "qcow2")
                #expect(reason?.contains("cut off") == true, "\(options), \(part): \(reason ?? "added")")
            }
        }
        try Data(Self.bootable(1 << 20)).write(to: URL(fileURLWithPath: raw))
        let good = try made(["convert", "-f", "raw", "-O", "qcow2", raw], folder.path + "/good")
        #expect(try await refusal(of: good, "qcow2") == nil)
        for (at, value, words) in [
            (79, 0x01, "dirty bit"), (79, 0x02, "corrupt bit"), (79, 0x04, "external data file"), (79, 0x20, "bit 5"),
            (72, 0x80, "bit 63"), (35, 0x01, "encrypted"), (23, 63, "clusters of 2^63"), (36, 0xFF, "damaged"),
            (40, 0xFF, "damaged"),
            (43, 0xFF, "cut off"), (48, 0xFF, "damaged"), (56, 0xFF, "damaged"), (60, 0xFF, "snapshots"),
            (100, 0xFF, "header of"),
            (103, 0, "header of"),
        ] as [(Int, UInt8, String)] {
            var bytes = good
            bytes[at] = value
            let reason = try await refusal(of: bytes, "qcow2")
            #expect(reason?.contains(words) == true, "\(at): \(reason ?? "added")")
        }
    }

    @Test("qcow2 that QEMU would not open, or would find damaged when it writes, is refused", .enabled(if: hasQEMU))
    func damaged() async throws {
        let raw = folder.path + "/raw"
        try Data(Self.bootable(200_000)).write(to: URL(fileURLWithPath: raw))
        let good = try made(["convert", "-f", "raw", "-O", "qcow2", raw], folder.path + "/made")
        #expect(try await refusal(of: good, "qcow2") == nil)
        let (first, counts) = (Self.number(good, 40), Self.number(good, 48))
        let second = Self.number(good, first)
        let size = UInt64(good.count)
        let damages: [(String, (inout [UInt8]) -> Void)] = [
            ("compression bit without a kind", { $0[79] |= 8 }), ("compression kind without its bit", { $0[104] = 1 }),
            ("reference counts of 2^7 bits", { Self.set(&$0, 96, 7, 4) }),
            ("reference counts of 2^200 bits", { Self.set(&$0, 96, 200, 4) }),
            (
                "an extension larger than the cluster",
                {
                    Self.set(&$0, 112, 0x6803_F857, 4); Self.set(&$0, 116, 70_000, 4)
                }
            ),
            ("a raw data file that is none", { $0[95] |= 2 }),
            ("an unaligned entry", { Self.set(&$0, second, UInt64(Self.number($0, second)) + 512 | 1 << 63) }),
            ("an entry on the header", { Self.set(&$0, second, 1 << 63) }),
            ("an entry on its own table", { Self.set(&$0, second, UInt64(first) | 1 << 63) }),
            ("an entry on the reference counts", { Self.set(&$0, second, UInt64(counts) | 1 << 63) }),
            ("an entry with reserved bits", { $0[second + 7] |= 4 }),
            ("an entry with reserved high bits", { $0[second] |= 1 }),
            ("a table on the header", { Self.set(&$0, first, 1 << 63) }),
            ("a table on its own table", { Self.set(&$0, first, UInt64(first) | 1 << 63) }),
            ("a table with reserved bits", { $0[first + 7] |= 1 }), ("an unaligned table", { $0[first + 6] |= 2 }),
            ("no reference counts", { Self.set(&$0, counts, 0) }),
            ("reference counts beyond the end", { Self.set(&$0, counts, (size / 65_536 + 4) * 65_536) }),
            ("unaligned reference counts", { Self.set(&$0, counts, UInt64(Self.number($0, counts)) + 512) }),
            (
                "snapshots beyond the end",
                {
                    Self.set(&$0, 60, 1, 4); Self.set(&$0, 64, (size / 65_536 + 4) * 65_536)
                }
            ),
            (
                "snapshots on the header",
                {
                    Self.set(&$0, 60, 1, 4); Self.set(&$0, 64, 0)
                }
            ),
        ]
        for (name, damage) in damages {
            var bytes = good
            damage(&bytes)
            #expect(try await refusal(of: bytes, "qcow2") != nil, "\(name)")
        }
    }

    @Test(
        "The disk inside a qcow2 file is checked as well", .enabled(if: hasQEMU),
        arguments: [[], ["-c"], ["-o", "cluster_size=512"]])
    func inside(options: [String]) async throws {
        let (raw, zeros) = (folder.path + "/raw", [UInt8](repeating: 0, count: 200_000))
        for (content, name) in [
            (Array("<html>404".utf8), "HTML"), ([0x1F, 0x8B, 8, 0, 1, 2, 3, 255], "gzip"),
            ([0x51, 0x46, 0x49, 0xFB, 0, 0, 0, 3], "qcow2"), ([], "zeros only"),
            ([7, 1, 200], "does not look like a disk"),
        ] as [([UInt8], String)] {
            var bytes = zeros
            bytes.replaceSubrange(0..<content.count, with: content)
            if name == "HTML" {
                bytes.replaceSubrange(0..<512, with: content + [UInt8](repeating: 0x20, count: 512 - content.count))
            }
            try Data(bytes).write(to: URL(fileURLWithPath: raw))
            let disk = try made(["convert", "-f", "raw", "-O", "qcow2"] + options + [raw], folder.path + "/made")
            let reason = try await refusal(of: disk, "qcow2")
            #expect(reason?.contains(name) == true, "\(name): \(reason ?? "added")")
        }
        try Data(Self.bootable(200_000)).write(to: URL(fileURLWithPath: raw))
        let disk = try made(["convert", "-f", "raw", "-O", "qcow2"] + options + [raw], folder.path + "/made")
        #expect(try await refusal(of: disk, "qcow2") == nil)
    }

    @Test(
        "Disks of other programs, as qemu-img writes them, are recognized", .enabled(if: hasQEMU),
        arguments: [
            (["-f", "vmdk"], "VMDK"), (["-f", "vpc"], "VHD"), (["-f", "vpc", "-o", "subformat=fixed"], "VHD"),
            (["-f", "vhdx"], "VHDX"),
            (["-f", "vdi"], "VDI"), (["-f", "qed"], "QED"), (["-f", "parallels"], "Parallels"),
            (["-f", "qcow"], "qcow"),
        ])
    func written(options: [String], name: String) async throws {
        let reason = try await refusal(of: try made(["create", "-q"] + options, folder.path + "/made", "1M"), "raw")
        #expect(reason?.contains(name) == true, "\(reason ?? "added")")
    }

    /// The output file of a qemu-img command.
    private func made(_ arguments: [String], _ file: String, _ more: String...) throws -> [UInt8] {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/qemu-img")
        process.arguments = arguments + [file] + more
        process.standardOutput = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
        try #require(process.terminationStatus == 0)
        return try Array(Data(contentsOf: URL(fileURLWithPath: file)))
    }

    /// Writes a number, most significant byte first.
    private static func set(_ bytes: inout [UInt8], _ place: Int, _ value: UInt64, _ count: Int = 8) {
        for index in 0..<count {
            bytes[place + index] = UInt8(truncatingIfNeeded: value >> UInt64(8 * (count - 1 - index)))
        }
    }

    private static func number(_ bytes: [UInt8], _ place: Int) -> Int {
        bytes[place..<place + 8].reduce(0) { $0 << 8 | Int($1) } & 0x00FF_FFFF_FFFF_FE00
    }
}
