/// The part of a qcow2 file's header that matters here.
///
/// Source: QEMU's `docs/interop/qcow2.txt`.
struct QCOW2Header {
    /// How many bytes it takes to read one.
    static let length = 104

    /// Most that a disk may have: what the host's file system would be asked for as a machine fills it.
    private static let mostTiB: Int64 = 64

    private let bytes: [UInt8]

    /// `nil` for what does not begin as qcow2 does.
    init?(_ bytes: [UInt8]) {
        guard bytes.starts(with: [0x51, 0x46, 0x49, 0xFB]) else { return nil }
        self.bytes = bytes
    }

    /// Size in bytes of the disk that a machine sees.
    ///
    /// - Throws: for a file that takes content from other files (a host would open whatever they name), is encrypted, or
    ///   is of a version unknown here.
    func capacity() throws(ImageProblem) -> Int64 {
        let version = number(at: 4, bytes: 4)
        guard version == 2 && bytes.count >= 72 || version == 3 && bytes.count >= 104 else {
            throw ImageProblem("is qcow2 of version \(version), or cut short; must be version 2 or 3")
        }
        guard number(at: 8, bytes: 8) == 0 else {
            throw ImageProblem("has a backing file; an image must stand alone (qemu-img convert makes it so)")
        }
        guard number(at: 32, bytes: 4) == 0 else { throw ImageProblem("is encrypted; an image must not be") }
        // Bit 2 of the incompatible features.
        guard version == 2 || number(at: 72, bytes: 8) & 0b100 == 0 else {
            throw ImageProblem("has an external data file; an image must stand alone (qemu-img convert makes it so)")
        }
        guard let capacity = Int64(exactly: number(at: 24, bytes: 8)), capacity > 0 else {
            throw ImageProblem("has a size of 0 or beyond 8 EiB")
        }
        guard capacity <= Self.mostTiB << 40 else {
            throw ImageProblem("claims a disk of \(capacity >> 40) TiB; at most \(Self.mostTiB) TiB are taken")
        }
        return capacity
    }

    private func number(at offset: Int, bytes count: Int) -> UInt64 {
        bytes[min(offset, bytes.count)...].prefix(count).reduce(0) { $0 << 8 | UInt64($1) }
    }
}
