internal import CZlib

/// Checks the tables of a qcow2 file against the file: finds what QEMU would refuse to open, or would find damaged on
/// the first write.
///
/// Source: QEMU's `docs/interop/qcow2.txt`, and `block/qcow2.c` for its limits.
struct QCOW2Tables {
    typealias Read = (_ offset: Int64, _ count: Int) throws(ImageProblem) -> [UInt8]

    /// Maximum sizes in bytes of the L1 table and of the refcount table (QEMU's own limits), and maximum number of
    /// snapshots.
    private static let (largestTable, mostSnapshots): (Int64, UInt64) = (32 << 20, 65_536)

    private let header: QCOW2Header
    private let size: Int64
    private let capacity: Int64
    private let bits: UInt64
    private let isVersion3: Bool
    private let isExtended: Bool

    /// - Parameter size: size of the file in bytes.
    init(_ header: QCOW2Header, size: Int64, capacity: Int64) {
        self.header = header
        self.size = size
        self.capacity = capacity
        bits = header.number(at: 20, bytes: 4)
        isVersion3 = header.number(at: 4, bytes: 4) == 3
        isExtended = isVersion3 && header.number(at: 72, bytes: 8) & 0b10000 != 0
    }

    /// Cluster size in bytes; valid only after ``bits`` was checked.
    private var cluster: Int64 { 1 << Int64(clamping: bits) }
    private var entry: Int { isExtended ? 16 : 8 }

    /// Checks all tables. As in QEMU's own check, a cluster may begin in the file and end beyond it: the rest is zeros.
    ///
    /// - Parameter read: reads bytes from an offset, fewer at the end of the file.
    /// - Throws: for damaged data, or for data beyond the end of the file, which was cut off.
    func check(_ read: Read) throws(ImageProblem) {
        guard (9...21).contains(bits), !isExtended || bits >= 14 else {
            throw ImageProblem("has clusters of 2^\(bits) bytes; must be 2^9 to 2^21, 2^14 at least with subclusters")
        }
        let entries = Int64(clamping: header.number(at: 36, bytes: 4))
        let perTable = cluster * (cluster / Int64(clamping: entry))
        let needed = capacity / perTable + (capacity % perTable > 0 ? 1 : 0)
        guard entries >= needed, entries * 8 <= Self.largestTable else {
            throw ImageProblem("has a table of \(entries) entries for a disk that needs \(needed): it is damaged")
        }
        let table = try place(at: 40, bytes: entries * 8, "the table of its clusters")
        let length = Int64(clamping: header.number(at: 56, bytes: 4)) * cluster
        guard length > 0, length <= Self.largestTable else {
            throw ImageProblem("has a table of reference counts of \(length) bytes: it is damaged")
        }
        let counts = try place(at: 48, bytes: length, "its reference counts")
        let own = [0..<cluster, table..<table + max(entries * 8, 1), counts..<counts + length]
        try checkSnapshots(read)
        try checkExtensions(read)
        var tables: [Int64] = []
        for word in try words(read, at: table, count: Int(clamping: entries)) {
            if let table = try self.table(word, apart: own) { tables.append(table) }
        }
        // Each L2 table has its own cluster; a file that repeats tables could keep the checks busy without end.
        guard Set(tables).count == tables.count else { throw ImageProblem("uses clusters twice: it is damaged") }
        for table in tables { try checkTable(at: table, apart: own, read) }
        try checkCounts(at: counts, length: length, apart: own, read)
    }

    /// The offset of the L2 table that an L1 entry names; `nil` for an empty entry.
    private func table(_ word: UInt64, apart own: [Range<Int64>]) throws(ImageProblem) -> Int64? {
        guard word != 0 else { return nil }
        guard word & 0x7F00_0000_0000_01FF == 0, let place = Int64(exactly: word & Self.offsetMask),
            place % cluster == 0,
            place >= cluster
        else { throw Self.damaged("the table of its clusters has the entry \(word)") }
        guard place <= size - cluster else { throw cutOff("a table of its clusters", at: place) }
        guard !own.contains(where: { $0.contains(place) }) else {
            throw Self.damaged("a table of its clusters overlaps other data, at byte \(place)")
        }
        return place
    }

    private func checkTable(at table: Int64, apart own: [Range<Int64>], _ read: Read) throws(ImageProblem) {
        let content = try read(table, Int(clamping: cluster))
        var missing: Int64?
        for index in stride(from: 0, to: content.count - 7, by: entry) {
            let word = Self.word(content, index)
            guard word != 0, word != 1 || !isVersion3 else { continue }
            let place = try data(word)
            guard let place else { continue }
            guard !own.contains(where: { $0.contains(place) }) else {
                throw Self.damaged("a cluster overlaps other data, at byte \(place)")
            }
            if place >= size { missing = missing ?? place }
        }
        if let missing { throw cutOff("a cluster", at: missing) }
    }

    /// The offset of a cluster's data; `nil` for a cluster without data.
    private func data(_ word: UInt64) throws(ImageProblem) -> Int64? {
        // Bit 62: compressed; the bits of the offset end where the bits of the length begin.
        if word & 1 << 62 != 0 {
            return Int64(exactly: word & (1 << (62 - (bits - 8)) - 1))
        }
        let place = Int64(exactly: word & Self.offsetMask) ?? 0
        // Bit 0 marks zeros, from version 3 on and without subclusters.
        let reserved: UInt64 = 0x3F00_0000_0000_01FE | (isVersion3 && !isExtended ? 0 : 1)
        guard word & reserved == 0, place % cluster == 0, place > 0 || word & 1 << 63 == 0 || word & 1 == 1 else {
            throw Self.damaged("a table of its clusters has the entry \(word)")
        }
        return place == 0 ? nil : place
    }

    private func checkCounts(at table: Int64, length: Int64, apart own: [Range<Int64>], _ read: Read)
        throws(ImageProblem)
    {
        let words = try words(read, at: table, count: Int(clamping: length / 8))
        for word in words where word != 0 {
            guard let place = Int64(exactly: word), place % cluster == 0, place >= cluster else {
                throw Self.damaged("the table of its reference counts has the entry \(word)")
            }
            guard place <= size - 1 else { throw cutOff("its reference counts", at: place) }
            guard !own.contains(where: { $0.contains(place) }) else {
                throw Self.damaged("its reference counts overlap other data, at byte \(place)")
            }
        }
        guard let first = words.first, first != 0 else {
            throw Self.damaged("it does not count references to its first cluster")
        }
    }

    /// Checks the location of the snapshots, and that none of their tables reaches beyond the end of the file.
    private func checkSnapshots(_ read: Read) throws(ImageProblem) {
        let count = header.number(at: 60, bytes: 4)
        guard count <= Self.mostSnapshots else { throw ImageProblem("claims too many snapshots: it is damaged") }
        guard count > 0 else { return }
        var at = try place(at: 64, bytes: Int64(clamping: count) * 40, "its snapshots")
        for _ in 0..<count {
            let entry = try read(at, 40)
            guard entry.count == 40 else { throw cutOff("its snapshots", at: at) }
            let table = Int64(exactly: Self.word(entry, 0)) ?? -1
            let entries = Int64(clamping: Self.word(entry, 8) >> 32)
            let more = Int64(clamping: Self.word(entry, 32) & 0xFFFF_FFFF)
            guard table >= cluster, table % cluster == 0, entries * 8 <= Self.largestTable, more <= 1024 else {
                throw Self.damaged("the snapshot at byte \(at) has an invalid table")
            }
            guard table <= size, entries * 8 <= size - table else { throw cutOff("a snapshot's table", at: table) }
            let names =
                Int64(clamping: Self.word(entry, 8) >> 16 & 0xFFFF) + Int64(clamping: Self.word(entry, 8) & 0xFFFF)
            at += (40 + more + names + 7) / 8 * 8
            guard at <= size else { throw cutOff("its snapshots", at: at) }
        }
    }

    /// Checks that no header extension reaches beyond the first cluster.
    private func checkExtensions(_ read: Read) throws(ImageProblem) {
        let length = isVersion3 ? Int64(clamping: header.number(at: 100, bytes: 4)) : 72
        guard length <= cluster else {
            throw ImageProblem("has a header of \(length) bytes, larger than a cluster: it is damaged")
        }
        let content = try read(0, Int(clamping: cluster))
        var at = Int(clamping: length)
        while at + 8 <= content.count {
            let word = Self.word(content, at)
            guard word >> 32 != 0 else { return }
            let count = Int(clamping: word & 0xFFFF_FFFF)
            guard count <= content.count - at - 8 else {
                throw Self.damaged("a part of its header at byte \(at) claims \(count) bytes")
            }
            at += 8 + (count + 7) / 8 * 8
        }
    }

    /// The first bytes of the disk inside the file; `nil` if they cannot be read (compressed with zstd). Valid only
    /// after ``check(_:)``.
    func begin(_ count: Int, _ read: Read) throws(ImageProblem) -> [UInt8]? {
        let count = Int(clamping: min(Int64(clamping: count), capacity))
        let table = Int64(clamping: header.number(at: 40, bytes: 8))
        let perTable = Int(clamping: cluster) / entry
        var bytes: [UInt8] = []
        var number = 0
        while bytes.count < count {
            let upper = try words(read, at: table + Int64(clamping: number / perTable * 8), count: 1).first ?? 0
            let place = Int64(clamping: upper & Self.offsetMask)
            let words = place == 0 ? [] : try read(place + Int64(clamping: number % perTable * entry), entry)
            guard let piece = try piece(words, read) else { return nil }
            bytes += piece
            number += 1
        }
        return Array(bytes.prefix(count))
    }

    private func piece(_ entry: [UInt8], _ read: Read) throws(ImageProblem) -> [UInt8]? {
        let length = Int(clamping: cluster)
        let zeros = [UInt8](repeating: 0, count: length)
        guard entry.count >= 8 else { return zeros }
        let word = Self.word(entry, 0)
        guard let place = word == 1 && isVersion3 ? nil : try data(word), word & 1 << 62 != 0 || word & 1 == 0 else {
            return zeros
        }
        // With subclusters, only a fully allocated cluster is recognized here.
        if isExtended, word & 1 << 62 == 0, entry.count == 16, Self.word(entry, 8) != 0xFFFF_FFFF { return nil }
        guard word & 1 << 62 != 0 else {
            let content = try read(place, length)
            return content + zeros.dropFirst(content.count)
        }
        guard !isVersion3 || header.number(at: 72, bytes: 8) & 0b1000 == 0 else { return nil }
        let sectors = Int(clamping: word >> (62 - (bits - 8)) & (1 << (bits - 8) - 1)) + 1
        return Self.inflated(try read(place, sectors * 512), to: length)
    }

    /// Decompresses raw deflate; `nil` for anything else.
    private static func inflated(_ bytes: [UInt8], to length: Int) -> [UInt8]? {
        var stream = z_stream()
        guard inflateInit2_(&stream, -15, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK else { return nil }
        defer { inflateEnd(&stream) }
        var (input, output) = (bytes, [UInt8](repeating: 0, count: length))
        let isWhole = input.withUnsafeMutableBufferPointer { input in
            output.withUnsafeMutableBufferPointer { output in
                stream.next_in = input.baseAddress
                stream.avail_in = UInt32(clamping: input.count)
                stream.next_out = output.baseAddress
                stream.avail_out = UInt32(clamping: output.count)
                let code = CZlib.inflate(&stream, Z_FINISH)
                return stream.avail_out == 0 && (code == Z_STREAM_END || code == Z_OK || code == Z_BUF_ERROR)
            }
        }
        return isWhole ? output : nil
    }

    /// Bits 9 to 55 of an entry.
    private static let offsetMask: UInt64 = 0x00FF_FFFF_FFFF_FE00

    private func place(at field: Int, bytes count: Int64, _ part: String) throws(ImageProblem) -> Int64 {
        let offset = header.number(at: field, bytes: 8)
        guard let place = Int64(exactly: offset), place >= cluster, place % cluster == 0 else {
            throw ImageProblem("has \(part) at byte \(offset): it is damaged")
        }
        guard place <= size, count <= size - place else { throw cutOff(part, at: place) }
        return place
    }

    private func cutOff(_ part: String, at offset: Int64) -> ImageProblem {
        ImageProblem("is cut off, or damaged: \(part) is at byte \(offset), the file has \(size)")
    }

    private static func damaged(_ problem: String) -> ImageProblem { ImageProblem("is damaged: \(problem)") }

    private func words(_ read: Read, at offset: Int64, count: Int) throws(ImageProblem) -> [UInt64] {
        let content = try read(offset, count * 8)
        return stride(from: 0, to: content.count - 7, by: 8).map { Self.word(content, $0) }
    }

    private static func word(_ bytes: [UInt8], _ start: Int) -> UInt64 {
        bytes[start..<start + 8].reduce(0) { $0 << 8 | UInt64(clamping: $1) }
    }
}
