/// The part of a qcow2 file's header that matters here, and whether the file is whole.
///
/// Source: QEMU's `docs/interop/qcow2.txt`.
struct QCOW2Header {
    /// How many bytes it takes to read one.
    static let length = 112

    /// Most that a disk may have: what the host's file system would be asked for as a machine fills it.
    private static let mostTiB: Int64 = 64
    /// Most bytes of the table of tables, and of the table of reference counts' tables (QEMU's own limits).
    private static let largestTable: Int64 = 32 << 20

    private let bytes: [UInt8]

    /// `nil` for what does not begin as qcow2 does.
    init?(_ bytes: [UInt8]) {
        guard bytes.starts(with: [0x51, 0x46, 0x49, 0xFB]) else { return nil }
        self.bytes = bytes
    }

    /// Size in bytes of the disk that a machine sees.
    ///
    /// - Throws: for a file that takes content from other files (a host would open whatever they name), is encrypted, was
    ///   left broken, or is of a version or has features unknown here.
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
            throw ImageProblem("claims a disk of \(capacity >> 40) TiB; at most \(Self.mostTiB) TiB are taken")
        }
        return capacity
    }

    /// Incompatible features: what nobody may open who does not know them.
    private func checkFeatures() throws(ImageProblem) {
        let features = number(at: 72, bytes: 8)
        if features & 0b1 != 0 {
            throw ImageProblem(
                "was not closed by the program that wrote it (the dirty bit): 'qemu-img check -r all' mends it")
        }
        if features & 0b10 != 0 {
            throw ImageProblem("is marked as corrupt (the corrupt bit): 'qemu-img check' tells what of it is left")
        }
        if features & 0b100 != 0 {
            throw ImageProblem("has an external data file; an image must stand alone (qemu-img convert makes it so)")
        }
        let unknown = features & ~0b11111
        guard unknown == 0 else {
            throw ImageProblem(
                "has an incompatible feature that is not known (bit \(unknown.trailingZeroBitCount)): a newer program "
                    + "wrote it, or it is damaged")
        }
        let length = number(at: 100, bytes: 4)
        guard length >= 104, length % 8 == 0, length <= 4096 else {
            throw ImageProblem("has a header of \(length) bytes: it is damaged")
        }
        // Deflate or zstd; without its bit the field means nothing.
        let isOther = features & 0b1000 != 0
        guard !isOther || length > 104 && bytes.count > 104 && bytes[104] <= 1 else {
            throw ImageProblem("is compressed in a way that is not known")
        }
    }

    /// Holds the tables against the file's size.
    ///
    /// As QEMU's own check does, a cluster may begin in the file and end behind it: its rest is zeros.
    ///
    /// - Parameters:
    ///   - size: of the file, in bytes.
    ///   - read: so many bytes from an offset, or as many as there are.
    /// - Throws: when something stands behind the file's end: it was cut off.
    func checkTables(
        size: Int64, capacity: Int64, read: (_ offset: Int64, _ count: Int) throws(ImageProblem) -> [UInt8]
    ) throws(ImageProblem) {
        let bits = number(at: 20, bytes: 4)
        guard (9...21).contains(bits) else {
            throw ImageProblem("has clusters of 2^\(bits) bytes; must be 2^9 to 2^21")
        }
        let cluster = Int64(1) << Int64(clamping: bits)
        let isExtended = number(at: 4, bytes: 4) == 3 && number(at: 72, bytes: 8) & 0b10000 != 0
        let entry: Int64 = isExtended ? 16 : 8
        let entries = Int64(clamping: number(at: 36, bytes: 4))
        let perTable = cluster * (cluster / entry)
        let needed = capacity / perTable + (capacity % perTable > 0 ? 1 : 0)
        guard entries >= needed, entries * 8 <= Self.largestTable else {
            throw ImageProblem("has a table of \(entries) entries for a disk that needs \(needed): it is damaged")
        }
        let table = try place(at: 40, bytes: entries * 8, size, cluster, "the table of its clusters")
        let counts = Int64(clamping: number(at: 56, bytes: 4)) * cluster
        guard counts > 0, counts <= Self.largestTable else {
            throw ImageProblem("has a table of reference counts of \(counts) bytes: it is damaged")
        }
        _ = try place(at: 48, bytes: counts, size, cluster, "its reference counts")
        guard number(at: 60, bytes: 4) <= 65_536 else { throw ImageProblem("claims too many snapshots: it is damaged") }
        let tables = Self.numbers(try read(table, Int(clamping: entries) * 8), every: 8).map { $0 & Self.offsetMask }
            .filter { $0 != 0 }
        // Each has a cluster of its own; what repeats them would be read for ever.
        guard tables.count <= size / cluster + 1 else { throw ImageProblem("uses clusters twice: it is damaged") }
        for table in tables {
            try checkTable(at: table, entry: Int(clamping: entry), bits: bits, size: size, read: read)
        }
    }

    private func checkTable(
        at offset: UInt64, entry: Int, bits: UInt64, size: Int64,
        read: (_ offset: Int64, _ count: Int) throws(ImageProblem) -> [UInt8]
    ) throws(ImageProblem) {
        let cluster = Int64(1) << Int64(clamping: bits)
        guard let place = Int64(exactly: offset), place % cluster == 0, place <= size - cluster else {
            throw Self.cutOff("a table of its clusters", at: offset, size)
        }
        let places = Self.numbers(try read(place, Int(clamping: cluster)), every: entry).compactMap {
            Self.place(of: $0, bits: bits)
        }
        guard let lost = places.first(where: { $0 >= UInt64(clamping: size) }) else { return }
        throw Self.cutOff("a cluster", at: lost, size)
    }

    /// Bits 9 to 55 of an entry.
    private static let offsetMask: UInt64 = 0x00FF_FFFF_FFFF_FE00

    /// Where an entry's cluster begins; `nil` where there is none.
    private static func place(of entry: UInt64, bits: UInt64) -> UInt64? {
        // Bit 62: compressed, and the bits of the offset end where those of its length begin.
        if entry & 1 << 62 != 0 { return entry & (1 << (62 - (bits - 8)) - 1) }
        let place = entry & offsetMask
        return place == 0 ? nil : place
    }

    private func place(
        at field: Int, bytes count: Int64, _ size: Int64, _ cluster: Int64, _ what: String
    ) throws(ImageProblem) -> Int64 {
        let offset = number(at: field, bytes: 8)
        guard let place = Int64(exactly: offset), place >= cluster, place % cluster == 0 else {
            throw ImageProblem("has \(what) at byte \(offset): it is damaged")
        }
        guard place <= size, count <= size - place else { throw Self.cutOff(what, at: offset, size) }
        return place
    }

    private static func cutOff(_ what: String, at offset: UInt64, _ size: Int64) -> ImageProblem {
        ImageProblem("is cut off, or damaged: \(what) stands at byte \(offset), the file has \(size)")
    }

    private static func numbers(_ bytes: [UInt8], every step: Int) -> [UInt64] {
        stride(from: 0, to: bytes.count - 7, by: step).map { start in
            bytes[start..<start + 8].reduce(0) { $0 << 8 | UInt64(clamping: $1) }
        }
    }

    private func number(at offset: Int, bytes count: Int) -> UInt64 {
        bytes[min(offset, bytes.count)...].prefix(count).reduce(0) { $0 << 8 | UInt64(clamping: $1) }
    }
}
