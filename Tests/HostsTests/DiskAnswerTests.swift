import Foundation
import Model
import Testing

@testable import Hosts

@Suite("A disk that exists on the host") struct DiskAnswerTests {
    private static func answer(_ info: String) -> DiskAnswer {
        DiskAnswer("kind file\npath \(octal("/pool/x"))\nallowed yes\nheader \ninfo\n\(info)\n")
    }

    private static func octal(_ text: String) -> String {
        text.utf8.map { byte in
            let digits = String(byte, radix: 8)
            return String(repeating: "0", count: 3 - digits.count) + digits
        }.joined()
    }

    @Test("qemu-img determines format and backing chain, whatever the file's name")
    func info() {
        let plain = Self.answer(
            #"{"virtual-size": 1048576, "filename": "x.img", "format": "qcow2", "dirty-flag": false}"#)
        #expect(plain.path == "/pool/x" && plain.kind == .file && plain.isAllowed)
        #expect(plain.format == "qcow2" && plain.obstacles.isEmpty)
        #expect(Self.answer(#"{"format": "raw"}"#).format == "raw")
        #expect(Self.answer(#"{"format": "vmdk", "format-specific": {"type": "vmdk", "data": 7}}"#).format == "vmdk")
        let based = Self.answer(
            #"{"format": "qcow2", "backing-filename": "/etc/shadow", "full-backing-filename": "/etc/shadow"}"#)
        #expect(based.obstacles.count == 1 && based.obstacles[0].contains("backing chain"))
        let apart = Self.answer(
            #"{"format": "qcow2", "format-specific": {"type": "qcow2", "data": {"compat": "1.1", "data-file": "/dev/sda"}}}"#
        )
        #expect(apart.obstacles.count == 1 && apart.obstacles[0].contains("data-file"))
        #expect(Self.answer(#"{"format": "qcow2", "encrypted": true}"#).obstacles == ["it is encrypted"])
        #expect(
            Self.answer(#"{"format": "qcow2", "format-specific": {"type": "qcow2", "data": {"corrupt": true}}}"#)
                .obstacles.count == 1)
    }

    @Test(
        "unreadable output gives no format",
        arguments: ["", "{", "null", "[]", #"{"format": 7}"#, "\u{0}", #"{"format": "raw""#, "info", "{}"])
    func unread(text: String) { #expect(Self.answer(text).format == nil) }

    @Test("without qemu-img the header decides")
    func header() {
        func read(_ header: [UInt8]) -> DiskAnswer {
            let hex = header.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
            return DiskAnswer("kind block\npath \(Self.octal("/dev/x"))\nallowed yes\nheader \(hex)\n")
        }
        var qcow2 = [UInt8](repeating: 0, count: 112)
        qcow2.replaceSubrange(0..<8, with: [0x51, 0x46, 0x49, 0xFB, 0, 0, 0, 3])
        #expect(read(qcow2).format == "qcow2" && read(qcow2).obstacles.isEmpty)
        for (offset, value) in [(15, 1), (35, 1), (79, 4), (79, 2)] as [(Int, UInt8)] {
            var bad = qcow2
            bad[offset] = value
            #expect(read(bad).obstacles.count == 1, "byte \(offset)")
        }
        #expect(read(Array(qcow2.prefix(9))).format == "qcow2", "cut off")
        for (mark, offset, name) in [
            ([0x51, 0x46, 0x49, 0xFB, 0, 0, 0, 1], 0, "qcow"), (Array("KDMV".utf8), 0, "vmdk"),
            ([0x4C, 0x55, 0x4B, 0x53, 0xBA, 0xBE], 0, "luks"), ([0x7F, 0x10, 0xDA, 0xBE], 64, "vdi"),
            (Array("vhdxfile".utf8), 0, "vhdx"),
        ] as [([UInt8], Int, String)] {
            var other = [UInt8](repeating: 0, count: 112)
            other.replaceSubrange(offset..<offset + mark.count, with: mark)
            #expect(read(other).format == name)
        }
        #expect(read([]).format == "raw" && read([UInt8](repeating: 0, count: 112)).format == "raw")
    }

    @Test("numbers outside of the request are ignored")
    func numbers() {
        let answer = DiskAnswer("kind file\npath 057\nallowed yes\nused 1\nused 2\nused 0\nused 1000000000\n")
        #expect(answer.disk(used: []).uses.isEmpty)
        #expect(answer.disk(used: ["r1"]).uses == ["r1"])
        let output = "size 1 7\nsize 0 7\nsize 3 7\nodd 1\nsize 2\nsize x 7\n"
        #expect(NumberedLines.read(output, "size", of: [String]()).isEmpty)
        #expect(NumberedLines.read(output, "size", of: ["a", "b"]).map(\.element) == ["a", "b"])
    }

    @Test("nonsense from a host gives no answer and does no harm")
    func nonsense() {
        for text in [
            "", "kind", "kind \n", "path 99", "path 777777", "used x\nused -1\nused 99999999999999999999", "\n\n\ninfo",
        ] {
            let answer = DiskAnswer(text)
            #expect(!answer.isAllowed && answer.users.isEmpty && answer.format == nil)
        }
        #expect(DiskAnswer("kind disk\nallowed yes\n").kind == .other("no disk"))
    }
}

/// The script itself, on this machine's files.
@Suite("A host's answer about a path") final class DiskScriptTests {
    private let folder = FileManager.default.temporaryDirectory.appending(path: "vms disk '\(UUID().uuidString)'").path

    init() throws {
        for name in ["pool", "other"] {
            try FileManager.default.createDirectory(atPath: "\(folder)/\(name)", withIntermediateDirectories: true)
        }
    }

    deinit { try? FileManager.default.removeItem(atPath: folder) }

    private func look(_ path: String, allowed: [String] = [], used: [String] = []) async throws -> DiskAnswer {
        try await Shell.local.run(
            LookAtDisk(path: path, pools: ["\(folder)/pool"], allowed: allowed, used: used, isTrusted: false),
            seconds: 120)
    }

    private func make(_ name: String, _ bytes: [UInt8] = []) -> String {
        #expect(FileManager.default.createFile(atPath: "\(folder)/\(name)", contents: Data(bytes)))
        return "\(folder)/\(name)"
    }

    private func link(_ name: String, to path: String) throws -> String {
        try FileManager.default.createSymbolicLink(atPath: "\(folder)/\(name)", withDestinationPath: path)
        return "\(folder)/\(name)"
    }

    @Test("only paths in a pool or an allowed folder, after all links are resolved, are allowed")
    func places() async throws {
        let (inside, outside) = (make("pool/100% $(touch x).img"), make("other/disk.img"))
        let plain = try await look(inside)
        #expect(plain.isAllowed && plain.format == "raw" && plain.path.hasSuffix("/pool/100% $(touch x).img"))
        #expect(try await !look(outside).isAllowed)
        #expect(
            try await !look(link("pool/trick.img", to: outside)).isAllowed, "a link in the pool that leads out of it")
        #expect(try await !look("\(folder)/pool/../other/disk.img").isAllowed)
        #expect(try await look(link("other/back.img", to: inside)).isAllowed, "a link that leads into the pool")
        #expect(try await look(outside, allowed: ["\(folder)/other"]).isAllowed)
        #expect(try await look(outside, allowed: [outside]).isAllowed)
        #expect(try await look(outside, allowed: [link("alias", to: "\(folder)/other")]).isAllowed)
        for near in ["\(folder)/oth", "\(folder)/other/disk", "\(folder)/none", "\(folder)/o*"] {
            #expect(try await !look(outside, allowed: [near]).isAllowed, "\(near)")
        }
        let absent = try await look("\(folder)/pool/none")
        #expect(absent.kind == .absent && absent.isAllowed)
        #expect(try await !look("\(folder)/none/none").isAllowed)
    }

    @Test("other kinds of files are reported, and a FIFO is not opened", .timeLimit(.minutes(5)))
    func kinds() async throws {
        let fifo = "\(folder)/pool/fifo"
        #expect(try await Program(name: "mkfifo", arguments: [fifo]).run(seconds: 120).code == 0)
        #expect(try await look(fifo).kind == .other("a FIFO"))
        #expect(try await look(link("pool/linked", to: fifo)).kind == .other("a FIFO"))
        try FileManager.default.createDirectory(atPath: "\(folder)/pool/sub", withIntermediateDirectories: true)
        #expect(try await look("\(folder)/pool/sub").kind == .other("a folder"))
        #expect(try await look("/dev/null", allowed: ["/dev"]).kind == .other("a character device"))
        let odd = FindOddDisks(paths: [make("pool/x"), fifo, "/none"])
        #expect(try await Shell.local.run(odd, seconds: 120) == [fifo])
    }

    @Test("a used file is found under all its names")
    func users() async throws {
        let (disk, other) = (make("pool/a.img"), make("pool/b.img"))
        let alias = try link("other/alias.img", to: disk)
        try FileManager.default.linkItem(atPath: disk, toPath: "\(folder)/other/hard.img")
        let used = [other, alias, "/none", "\(folder)/other/hard.img", disk]
        #expect(try await look(disk, used: used).users == [2, 4, 5])
    }

    private func image(_ name: String, _ words: String...) async throws -> String {
        let path = "\(folder)/\(name)"
        let made = try await Program(
            name: "qemu-img",
            arguments: ["create", "-q", "-f", "qcow2"] + words + [path]
                + (words.contains("-b") && !words.contains("-u") ? [] : ["1M"])
        ).run(seconds: 120)
        try #require(made.code == 0, "\(made.errors)")
        return path
    }

    @Test("a file anywhere in another disk's backing chain is in use, however the chain names it")
    func chains() async throws {
        let base = try await image("pool/base.qcow2")
        let over = try await image("other/over", "-F", "qcow2", "-b", "../pool/base.qcow2")
        let top = try await image("pool/top", "-F", "qcow2", "-b", over)
        let json = try await image(
            "pool/json", "-F", "qcow2", "-b",
            #"json:{"driver": "qcow2", "file": {"driver": "file", "filename": "\#(base)"}}"#)
        let file = try await image("pool/file", "-F", "qcow2", "-b", "file:\(base)")
        let alone = try await image("pool/alone")
        let used = ["+" + over, "+" + top, "+" + json, "+" + file, "+" + alone, "+/none", top]
        #expect(try await look(base, used: used).users == [1, 2, 3, 4])
        #expect(try await look(over, allowed: ["\(folder)/other"], used: used).users == [1, 2])
        #expect(try await look(alone, used: used).users == [5])
        let loop = try await image("pool/loop", "-u", "-F", "qcow2", "-b", "./loop")
        #expect(try await look(alone, used: ["+" + loop]).users.isEmpty, "a chain that ends nowhere")
    }

    @Test("a file with the data of another disk is in use")
    func dataFile() async throws {
        let data = make("pool/data.raw", [UInt8](repeating: 1, count: 1 << 20))
        let owner = try await image("pool/owner", "-o", "data_file=\(data),data_file_raw=on")
        #expect(try await look(data, used: ["+" + owner]).users == [1])
        #expect(try await look(data, used: [owner]).users.isEmpty, "a file that is read as raw has no header")
    }

    @Test("VMS's own volume is recognized under any name")
    func copies() async throws {
        let copy = make("pool/vms-image-aa", [1])
        try FileManager.default.linkItem(atPath: copy, toPath: "\(folder)/pool/hl.img")
        try FileManager.default.linkItem(atPath: copy, toPath: "\(folder)/other/x.img")
        for path in ["\(folder)/pool/hl.img", "\(folder)/other/x.img"] {
            let answer = try await look(path, allowed: ["\(folder)/other"])
            #expect(answer.copies == ["vms-image-aa"])
            #expect(answer.disk(used: []).uses.count == 1)
        }
        #expect(try await look(make("pool/other.img", [1])).copies.isEmpty)
    }

    @Test("a qcow2 file is recognized under any name", arguments: ["x.img", "DISK.QCOW2", "disk.qcow2.bak", "plain"])
    func formats(name: String) async throws {
        let path = "\(folder)/pool/\(name)"
        let made = try await Program(name: "qemu-img", arguments: ["create", "-q", "-f", "qcow2", path, "1M"]).run(
            seconds: 120)
        try #require(made.code == 0)
        let plain = try await look(path)
        #expect(plain.format == "qcow2" && plain.obstacles.isEmpty)
        let child = "\(folder)/pool/child"
        _ = try await Program(
            name: "qemu-img", arguments: ["create", "-q", "-f", "qcow2", "-F", "qcow2", "-b", path, child]
        ).run(seconds: 120)
        #expect(try await look(child).obstacles.count == 1)
        #expect(try await look(make("pool/raw.qcow2", [UInt8](repeating: 0, count: 4096))).format == "raw")
    }
}
