/// A directory tree with only a root directory, in one sector, and its two path tables (ECMA-119, 9.1 and 9.4).
struct RootDirectory {
    var names: VolumeNames
    var sector: Int
    var files: [PlacedFile]

    /// The size in bytes of a path table that lists only the root.
    static let tableSize = 10

    func write(to volume: inout VolumeBytes, tables: Int) {
        // First the directory itself (name 0), then its parent (name 1), which for a root is the directory itself.
        var records = [UInt8](0...1).flatMap {
            Self.record([$0], isDirectory: true, sector: sector, size: VolumeBytes.sectorSize)
        }
        let identified = files.map { (identifier: names.fileIdentifier($0.file.name), file: $0) }
        for (identifier, file) in identified.sorted(by: { $0.identifier.lexicographicallyPrecedes($1.identifier) }) {
            records += Self.record(
                identifier, isDirectory: false, sector: file.sector, size: file.file.content.count)
        }
        volume.put(records, at: sector, 0)
        volume.put([1, 0] + VolumeBytes.little(sector, bytes: 4) + [1, 0, 0, 0], at: tables, 0)
        volume.put([1, 0] + VolumeBytes.big(sector, bytes: 4) + [0, 1, 0, 0], at: tables + 1, 0)
    }

    static func record(_ identifier: [UInt8], isDirectory: Bool, sector: Int, size: Int) -> [UInt8] {
        // Always 1 January 1980, so that the same seed gives the same bytes.
        let date: [UInt8] = [80, 1, 1, 0, 0, 0, 0]
        var record: [UInt8] = [0]
        record += VolumeBytes.both(sector, bytes: 4) + VolumeBytes.both(size, bytes: 4) + date
        record += [isDirectory ? 2 : 0, 0, 0] + VolumeBytes.both(1, bytes: 2)
        record += [UInt8(clamping: identifier.count)] + identifier
        // The length includes its own byte; a record has an even length.
        if record.count.isMultiple(of: 2) { record.append(0) }
        return [UInt8(clamping: record.count + 1)] + record
    }
}
