/// The volume's bytes, addressed by sector, and the encodings of numbers in ISO 9660.
struct VolumeBytes {
    static let sectorSize = 2048

    private(set) var bytes: [UInt8]

    init(sectors: Int) { bytes = [UInt8](repeating: 0, count: sectors * Self.sectorSize) }

    /// The number of sectors for a content of `count` bytes; an empty file takes none.
    static func sectors(for count: Int) -> Int { (count + sectorSize - 1) / sectorSize }

    mutating func put(_ content: [UInt8], at sector: Int, _ offset: Int) {
        let start = sector * Self.sectorSize + offset
        bytes.replaceSubrange(start..<start + content.count, with: content)
    }

    static func little(_ value: Int, bytes count: Int) -> [UInt8] {
        (0..<count).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
    }

    static func big(_ value: Int, bytes count: Int) -> [UInt8] { little(value, bytes: count).reversed() }

    /// Both byte orders, one after the other (ECMA-119, 7.2.3 and 7.3.3).
    static func both(_ value: Int, bytes count: Int) -> [UInt8] {
        little(value, bytes: count) + big(value, bytes: count)
    }
}
