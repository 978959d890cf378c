/// Recognizes the format of a disk's file from its bytes.
///
/// Magic numbers: file(1)'s database, the formats' own specifications, and QEMU's `block/` and `docs/interop/`.
struct DiskContent {
    /// Number of bytes needed from the beginning and from the end of the file.
    static let (headLength, tailLength) = (68 << 10, 64 << 10)

    private let head: [UInt8]
    private let tail: [UInt8]

    /// - Parameters:
    ///   - head: the first ``headLength`` bytes, or all bytes of a shorter file.
    ///   - tail: the last ``tailLength`` bytes, likewise.
    init(head: [UInt8], tail: [UInt8]) {
        self.head = head
        self.tail = tail
    }

    /// A format other than a raw disk: its name, and how to convert it to a disk.
    struct OtherFormat {
        var name: String
        var remedy: String
    }

    /// The recognized format of a file that is no raw disk.
    ///
    /// - Returns: `nil` if the bytes may be those of a raw disk.
    var otherFormat: OtherFormat? {
        if let mark = (Self.packed + Self.disks).first(where: has) {
            return OtherFormat(name: mark.name, remedy: mark.remedy)
        }
        // A footer of 512 bytes, or of 511 as old versions wrote it. A disk of fixed size has no other sign.
        for length in [512, 511] where tail.count >= length {
            guard tail[(tail.count - length)...].starts(with: "conectix".utf8) else { continue }
            return OtherFormat(name: "VHD", remedy: Self.converted("vpc"))
        }
        // If data follow the footer, its version field confirms it (Virtual Hard Disk Image Format Specification).
        if tail.hasFooter("conectix", [0, 1, 0, 0], at: 12) {
            return OtherFormat(name: "VHD followed by other data", remedy: Self.converted("vpc"))
        }
        if tail.hasFooter("koly", [0, 0, 0, 4, 0, 0, 2, 0], at: 4) {
            return OtherFormat(name: "a DMG", remedy: Self.converted("dmg"))
        }
        if tail.count >= 512, tail[(tail.count - 512)...].starts(with: "koly".utf8) {
            return OtherFormat(name: "a DMG", remedy: Self.converted("dmg"))
        }
        if !hasBootSector, let text {
            return OtherFormat(name: text, remedy: "it is no disk; was an answer saved in place of the image?")
        }
        return nil
    }

    /// The reason why the file is no kernel. A kernel may be compressed: Xen and firmware decompress it.
    var kernelProblem: String? {
        if head.allSatisfy({ $0 == 0 }) { return "has only zeros where a kernel begins" }
        let others = Self.packed.filter { !Self.packings.contains($0.name) && $0.name != Self.kernel } + Self.disks
        if let mark = others.first(where: has) { return "is \(mark.name), and no kernel" }
        return text.map { "is \($0), and no kernel" }
    }

    /// The reason why the file is no initial RAM disk, that is, an archive, compressed or not, or a file system.
    var ramDiskProblem: String? {
        if head.allSatisfy({ $0 == 0 }) { return "has only zeros where an initial RAM disk begins" }
        if has(Mark(text: "070701")) || has(Mark(text: "070702")) { return nil }
        let archives: Set = [
            "a ZIP archive", "a 7z archive", "a RAR archive", "a tar archive", "an ar archive", "a PDF", Self.kernel,
        ]
        let others = Self.packed.filter { archives.contains($0.name) } + Self.disks
        if let mark = others.first(where: has) { return "is \(mark.name), and no initial RAM disk" }
        return text.map { "is \($0), and no initial RAM disk" }
    }

    private static let kernel = "a Linux kernel"
    private static let packings: Set = ["gzip", "xz", "zstd", "bzip2", "LZMA", "lzip", "lz4", "an ELF program"]

    /// The reason why no machine could boot from the disk: it begins with no known structure.
    var bootProblem: String? {
        if head.allSatisfy({ $0 == 0 }) {
            return "begins with zeros only: no machine can boot from it"
        }
        guard !hasBootSector, !Self.beginnings.contains(where: has) else { return nil }
        return "does not look like a disk: it has no boot sector (55 AA at byte 510), partition table or file system"
    }

    private var hasBootSector: Bool { has(Mark(bytes: [0x55, 0xAA], at: 510)) }

    private func has(_ mark: Mark) -> Bool {
        head.count >= mark.offset + mark.bytes.count && head[mark.offset...].starts(with: mark.bytes)
    }

    /// The kind of text in the file; `nil` if it is no text.
    private var text: String? {
        let first = Array(head.prefix(512))
        guard first.allSatisfy({ $0 >= 0x20 || Self.textControls.contains($0) }), !first.contains(0x7F) else {
            return nil
        }
        // The last character may be incomplete.
        for cut in 0...3 {
            guard let words = String(validating: first.dropLast(cut), as: UTF8.self) else { continue }
            let begin = words.drop { $0.isWhitespace || $0 == "\u{FEFF}" }.prefix(200).lowercased()
            if begin.hasPrefix("<!doctype html") || begin.hasPrefix("<html") { return "an HTML page" }
            return begin.hasPrefix("<") ? "XML" : "text"
        }
        return nil
    }

    private static let textControls: Set<UInt8> = [0x09, 0x0A, 0x0C, 0x0D]

    private static func converted(_ format: String) -> String {
        "'qemu-img convert -f \(format) -O qcow2 FILE disk.qcow2' makes a disk of it, with diskFormat 'qcow2'"
    }

    private static func unpacked(_ command: String) -> String { "'\(command)' unpacks it" }

    private struct Mark {
        var bytes: [UInt8]
        var offset: Int
        var name: String
        var remedy: String

        init(bytes: [UInt8], at offset: Int = 0, _ name: String = "", _ remedy: String = "") {
            self.bytes = bytes
            self.offset = offset
            self.name = name
            self.remedy = remedy
        }

        init(text: String, at offset: Int = 0, _ name: String = "", _ remedy: String = "") {
            self.init(bytes: Array(text.utf8), at: offset, name, remedy)
        }
    }

    private static let packed: [Mark] = [
        Mark(bytes: [0x1F, 0x8B], "gzip", unpacked("gunzip")),
        Mark(bytes: [0xFD, 0x37, 0x7A, 0x58, 0x5A, 0x00], "xz", unpacked("unxz")),
        Mark(bytes: [0x28, 0xB5, 0x2F, 0xFD], "zstd", unpacked("unzstd")),
        Mark(text: "BZh", "bzip2", unpacked("bunzip2")),
        Mark(bytes: [0x5D, 0x00, 0x00], "LZMA", unpacked("unlzma")),
        Mark(text: "LZIP", "lzip", unpacked("lzip -d")),
        Mark(bytes: [0x04, 0x22, 0x4D, 0x18], "lz4", unpacked("unlz4")),
        Mark(bytes: [0x1F, 0x9D], "compress", unpacked("uncompress")),
        Mark(bytes: [0x1F, 0xA0], "compress", unpacked("uncompress")),
        Mark(text: "PK\u{3}\u{4}", "a ZIP archive", unpacked("unzip")),
        Mark(bytes: [0x37, 0x7A, 0xBC, 0xAF, 0x27, 0x1C], "a 7z archive", unpacked("7z x")),
        Mark(text: "Rar!", "a RAR archive", unpacked("unrar x")),
        Mark(text: "ustar", at: 257, "a tar archive", unpacked("tar -xf")),
        Mark(text: "070701", "a cpio archive", unpacked("cpio -i")),
        Mark(text: "!<arch>\n", "an ar archive", unpacked("ar x")),
        Mark(text: "%PDF", "a PDF", "it is no disk"),
        // The Linux boot protocol. Such a kernel also has a boot sector's mark.
        Mark(text: "HdrS", at: 514, kernel, "say boot 'kernel', and give an initrd with it"),
        Mark(bytes: [0x7F, 0x45, 0x4C, 0x46], "an ELF program", "it is no disk"),
    ]

    private static let disks: [Mark] = [
        Mark(text: "KDMV", "VMDK", converted("vmdk")), Mark(text: "COWD", "VMDK", converted("vmdk")),
        Mark(text: "# Disk DescriptorFile", "the descriptor of a VMDK", converted("vmdk")),
        Mark(text: "conectix", "VHD", converted("vpc")), Mark(text: "vhdxfile", "VHDX", converted("vhdx")),
        Mark(bytes: [0x7F, 0x10, 0xDA, 0xBE], at: 64, "VDI", converted("vdi")),
        Mark(text: "QED\0", "QED", converted("qed")),
        Mark(bytes: [0x51, 0x46, 0x49, 0xFB, 0, 0, 0, 1], "qcow of version 1", converted("qcow")),
        Mark(bytes: [0x51, 0x46, 0x49, 0xFB], "qcow2", "say diskFormat 'qcow2'"),
        Mark(text: "WithoutFreeSpace", "a disk of Parallels", converted("parallels")),
        Mark(text: "WithouFreSpacExt", "a disk of Parallels", converted("parallels")),
        Mark(text: "Bochs Virtual HD Image", "a disk of Bochs", converted("bochs")),
        Mark(
            bytes: [0x4C, 0x55, 0x4B, 0x53, 0xBA, 0xBE], "encrypted (LUKS)",
            "'qemu-img convert --image-opts driver=luks,...' writes it without encryption"),
    ]

    /// Signatures of disks that may be bootable without a boot sector: partition tables, and file systems without
    /// partitions.
    private static let beginnings: [Mark] = [
        Mark(text: "EFI PART", at: 512), Mark(text: "EFI PART", at: 4096),
        // ext2, ext3, ext4; XFS; Btrfs; SquashFS; ISO 9660; UDF; LVM; F2FS; EROFS.
        Mark(bytes: [0x53, 0xEF], at: 1080), Mark(text: "XFSB"), Mark(text: "_BHRfS_M", at: 65_600), Mark(text: "hsqs"),
        Mark(text: "CD001", at: 32_769), Mark(text: "BEA01", at: 32_769), Mark(text: "LABELONE", at: 512),
        Mark(bytes: [0x10, 0x20, 0xF5, 0xF2], at: 1024), Mark(bytes: [0xE2, 0xE1, 0xF5, 0xE0], at: 1024),
    ]
}

extension [UInt8] {
    /// Whether a footer is anywhere in the bytes: a word, and other bytes at a given offset from its start.
    fileprivate func hasFooter(_ word: String, _ more: [UInt8], at offset: Int) -> Bool {
        let word = Array(word.utf8)
        guard count >= offset + more.count else { return false }
        return (0...(count - offset - more.count)).contains { start in
            self[start] == word[0] && self[start...].starts(with: word) && self[(start + offset)...].starts(with: more)
        }
    }
}
