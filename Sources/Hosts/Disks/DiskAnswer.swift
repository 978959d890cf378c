internal import FoundationEssentials
internal import Model

/// The answer of the script `look-at-disk` about a path.
struct DiskAnswer {
    /// The path with all symbolic links resolved; empty if it leads nowhere.
    private(set) var path = ""
    private(set) var kind = HostDisk.Kind.absent
    /// Whether the path is in a pool's folder, or is allowed otherwise.
    private(set) var isAllowed = false
    /// The numbers, from 1, of the used paths that are the same file or device.
    private(set) var users: [Int] = []
    /// The names of VMS's own volumes that are the same file or device.
    private(set) var copies: [String] = []
    /// The host's own uses of the file or device.
    private(set) var busy: [String] = []
    /// The properties of its content that forbid its use.
    private(set) var obstacles: [String] = []
    private(set) var format: String?

    init(_ output: String) {
        let (head, info) = Self.parts(of: output)
        var header: [UInt8] = []
        for line in head.split(whereSeparator: \.isNewline) {
            let words = line.split(separator: " ", maxSplits: 1).map(String.init)
            guard words.count == 2 else { continue }
            switch words[0] {
            case "kind": kind = Self.kind(words[1])
            case "path": path = Self.text(words[1])
            case "copy": copies.append(Self.text(words[1]))
            case "allowed": isAllowed = true
            case "used": if let number = Int(told: words[1], in: Foreign.count) { users.append(number) }
            case "busy": busy.append(words[1].shown)
            case "header": header = Self.bytes(words[1], radix: 16, digits: 2)
            default: continue
            }
        }
        guard kind == .file || kind == .block else { return }
        if let info {
            read(info)
        } else {
            read(header)
        }
    }

    /// - Parameter used: the use, in words, of each path that the host was asked to compare.
    func disk(used: [String]) -> HostDisk {
        var disk = HostDisk(path: path, kind: kind, isAllowed: isAllowed, format: format)
        disk.obstacles = busy + obstacles
        disk.uses =
            users.compactMap { used.numbered($0) }.sorted()
            + copies.map { "it is the same as '\($0.shown)', which is VMS's own" }
        return disk
    }

    private static func parts(of output: String) -> (head: Substring, info: Substring?) {
        // Lines of the head never begin with a brace.
        var start = output.startIndex
        while start < output.endIndex {
            let end = output[start...].firstIndex(where: \.isNewline) ?? output.endIndex
            if output[start..<end] == "info" { return (output[..<start], output[end...]) }
            start = end < output.endIndex ? output.index(after: end) : end
        }
        return (output[...], nil)
    }

    private static func kind(_ word: String) -> HostDisk.Kind {
        switch word {
        case "file": .file
        case "block": .block
        case "directory": .other("a folder")
        case "fifo": .other("a FIFO")
        case "socket": .other("a socket")
        case "character": .other("a character device")
        case "absent": .absent
        default: .other("no disk")
        }
    }

    private static func text(_ octal: String) -> String {
        String(decoding: bytes(octal, radix: 8, digits: 3), as: UTF8.self)
    }

    /// Decodes bytes that are written with a fixed number of digits each.
    private static func bytes(_ text: String, radix: Int, digits: Int) -> [UInt8] {
        let characters = Array(text.utf8)
        return stride(from: 0, to: characters.count - characters.count % digits, by: digits).compactMap { index in
            // fits: `nil` for digits that are not a byte.
            UInt8(String(decoding: characters[index..<index + digits], as: UTF8.self), radix: radix)
        }
    }

    /// The output of `qemu-img info --output=json` (QEMU's QAPI type `ImageInfo`).
    private struct ImageInfo: Decodable {
        var format: String
        var encrypted: Bool?
        var backing: String?
        var specific: Specific?

        private enum CodingKeys: String, CodingKey {
            case format, encrypted
            case backing = "backing-filename"
            case specific = "format-specific"
        }

        struct Specific: Decodable {
            var data: Data?

            private enum CodingKeys: CodingKey { case data }

            init(from decoder: any Decoder) throws {
                // Formats that are refused anyway may have any type here.
                data = try? decoder.container(keyedBy: CodingKeys.self).decode(Data.self, forKey: .data)
            }
        }

        struct Data: Decodable {
            var dataFile: String?
            var isCorrupt: Bool?

            private enum CodingKeys: String, CodingKey {
                case dataFile = "data-file"
                case isCorrupt = "corrupt"
            }
        }
    }

    private mutating func read(_ info: Substring) {
        guard let image = try? JSONDecoder().decode(ImageInfo.self, from: Data(info.utf8)) else { return }
        format = image.format
        if image.backing != nil { obstacles.append(Self.based) }
        if image.encrypted == true { obstacles.append(Self.encrypted) }
        if image.specific?.data?.dataFile != nil { obstacles.append(Self.elsewhere) }
        if image.specific?.data?.isCorrupt == true { obstacles.append(Self.corrupt) }
    }

    /// Reads the beginning of the file, if the host has no `qemu-img`: QEMU's docs/interop/qcow2.
    private mutating func read(_ header: [UInt8]) {
        if let other = Self.otherFormats.first(where: { header.dropFirst($0.offset).starts(with: $0.mark) }) {
            format = other.name
            return
        }
        guard header.starts(with: [0x51, 0x46, 0x49, 0xFB]) else {
            // An empty file has an empty header.
            format = "raw"
            return
        }
        func number(at offset: Int, bytes: Int) -> UInt64 {
            header.dropFirst(offset).prefix(bytes).reduce(0) { $0 << 8 | UInt64(clamping: $1) }
        }
        format = "qcow2"
        if number(at: 8, bytes: 8) != 0 { obstacles.append(Self.based) }
        if number(at: 32, bytes: 4) != 0 { obstacles.append(Self.encrypted) }
        guard number(at: 4, bytes: 4) >= 3 else { return }
        let incompatible = number(at: 72, bytes: 8)
        if incompatible & 2 != 0 { obstacles.append(Self.corrupt) }
        if incompatible & 4 != 0 { obstacles.append(Self.elsewhere) }
    }

    /// The signatures of other formats (QEMU's `block/`), by QEMU's names.
    private static let otherFormats: [(mark: [UInt8], offset: Int, name: String)] = [
        ([0x51, 0x46, 0x49, 0xFB, 0, 0, 0, 1], 0, "qcow"), (Array("QED\0".utf8), 0, "qed"),
        (Array("KDMV".utf8), 0, "vmdk"),
        (Array("COWD".utf8), 0, "vmdk"), (Array("# Disk DescriptorFile".utf8), 0, "vmdk"),
        (Array("conectix".utf8), 0, "vpc"), (Array("vhdxfile".utf8), 0, "vhdx"), ([0x7F, 0x10, 0xDA, 0xBE], 64, "vdi"),
        (Array("WithoutFreeSpace".utf8), 0, "parallels"), (Array("WithouFreSpacExt".utf8), 0, "parallels"),
        (Array("Bochs Virtual HD Image".utf8), 0, "bochs"), ([0x4C, 0x55, 0x4B, 0x53, 0xBA, 0xBE], 0, "luks"),
    ]

    static let based =
        "it is based on another file (a backing chain), which was not checked: flatten it (qemu-img convert)"
    private static let encrypted = "it is encrypted"
    private static let elsewhere =
        "its data are in another file (qcow2's data-file), which was not checked: flatten it (qemu-img convert)"
    private static let corrupt = "it is marked as corrupt: repair it (qemu-img check -r all)"
}
