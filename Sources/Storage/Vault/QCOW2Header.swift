/// The relevant part of a qcow2 file's header.
///
/// Source: QEMU's `docs/interop/qcow2.txt`.
struct QCOW2Header {
    /// Number of bytes needed to read a header.
    static let length = 112

    /// Maximum size of a disk: the space that a machine can take from the host's file system by filling the disk.
    private static let mostTiB: Int64 = 64
    private let bytes: [UInt8]

    /// `nil` for bytes without qcow2's magic number.
    init?(_ bytes: [UInt8]) {
        guard bytes.starts(with: [0x51, 0x46, 0x49, 0xFB]) else { return nil }
        self.bytes = bytes
    }

    /// Size in bytes of the disk as a machine sees it.
    ///
    /// - Throws: for a file that takes content from other files (a host would open any file that they name), is
    ///   encrypted, was left inconsistent, has an unknown version, or has unknown features.
    func capacity() throws(ImageProblem) -> Int64 {
        let version = number(at: 4, bytes: 4)
        guard version == 2 && bytes.count >= 72 || version == 3 && bytes.count >= 104 else {
            throw ImageProblem("is qcow2 of version \(version), or cut short; must be version 2 or 3")
        }
        guard number(at: 8, bytes: 8) == 0 else {
            throw ImageProblem("has a backing file; an image must stand alone (qemu-img convert makes it so)")
        }
        guard number(at: 32, bytes: 4) == 0 else { throw ImageProblem("is encrypted; an image must not be") }
        if version == 3 { try checkFeatures() }
        guard let capacity = Int64(exactly: number(at: 24, bytes: 8)), capacity > 0 else {
            throw ImageProblem("has a size of 0 or beyond 8 EiB")
        }
        guard capacity <= Self.mostTiB << 40 else {
            throw ImageProblem("claims a disk of \(capacity >> 40) TiB; at most \(Self.mostTiB) TiB are accepted")
        }
        return capacity
    }

    /// Checks the incompatible features: a program that does not know one of them must not open the file.
    private func checkFeatures() throws(ImageProblem) {
        let features = number(at: 72, bytes: 8)
        if features & 0b1 != 0 {
            throw ImageProblem(
                "was not closed by the program that wrote it (the dirty bit): 'qemu-img check -r all' repairs it")
        }
        if features & 0b10 != 0 {
            throw ImageProblem("is marked as corrupt (the corrupt bit): 'qemu-img check' shows what is left")
        }
        if features & 0b100 != 0 {
            throw ImageProblem("has an external data file; an image must stand alone (qemu-img convert makes it so)")
        }
        let unknown = features & ~0b11111
        guard unknown == 0 else {
            throw ImageProblem(
                "has an incompatible feature that is unknown (bit \(unknown.trailingZeroBitCount)): a newer program "
                    + "wrote it, or it is damaged")
        }
        let length = number(at: 100, bytes: 4)
        guard length >= 104, length % 8 == 0, length <= 4096 else {
            throw ImageProblem("has a header of \(length) bytes: it is damaged")
        }
        // Deflate without the feature bit, zstd with it; nothing else (QEMU's validate_compression_type).
        let kind = length > 104 ? number(at: 104, bytes: 1) : 0
        guard kind == (features & 0b1000 != 0 ? 1 : 0) else {
            throw ImageProblem("has an unknown compression type")
        }
        let order = number(at: 96, bytes: 4)
        guard order <= 6 else {
            throw ImageProblem("counts references in 2^\(order) bits; must be at most 2^6: it is damaged")
        }
        guard number(at: 88, bytes: 8) & 0b10 == 0 else {
            throw ImageProblem("says that its data file is raw, and has none: it is damaged")
        }
    }

    func number(at offset: Int, bytes count: Int) -> UInt64 {
        bytes[min(offset, bytes.count)...].prefix(count).reduce(0) { $0 << 8 | UInt64(clamping: $1) }
    }
}
