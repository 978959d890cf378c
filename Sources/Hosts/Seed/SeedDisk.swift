package import Model

/// A guest's seed as a disk: an ISO 9660 volume labelled `cidata`, with the files' original names in Joliet.
///
/// The same seed always gives the same bytes, so writing it twice is idempotent. Linux lists a volume without Rock
/// Ridge by its Joliet names.
///
/// Source: ECMA-119 (ISO 9660), the Joliet specification, and cloud-init's NoCloud data source for the label.
package enum SeedDisk {
    /// The label by which a guest finds the volume.
    package static let label = "cidata"

    /// The whole volume, a multiple of 2048 bytes; 128 KiB unless the files are unusually large.
    package static func image(of seed: Seed) -> [UInt8] {
        image(of: seed.files.map { SeedFile(name: $0.name, content: Array($0.text.utf8)) })
    }

    /// The position of each part, in sectors. The first 16 are the system area and stay zero.
    private enum Sector {
        static let primary = 16
        static let joliet = 17
        static let terminator = 18
        static let primaryTables = 19
        static let jolietTables = 21
        static let primaryRoot = 23
        static let jolietRoot = 24
        static let content = 25
    }

    /// BusyBox, with which micro guests find their seed, looks for the signatures of other file systems at up to 68
    /// KiB. It treats a volume that ends before as an empty drive.
    private static let leastSectors = 64

    private static func image(of files: [SeedFile]) -> [UInt8] {
        var placed: [PlacedFile] = []
        var next = Sector.content
        for file in files {
            placed.append(PlacedFile(file: file, sector: next))
            next += VolumeBytes.sectors(for: file.content.count)
        }
        let sectors = max(next, leastSectors)
        var volume = VolumeBytes(sectors: sectors)
        for (names, descriptor, tables, root) in [
            (VolumeNames.plain, Sector.primary, Sector.primaryTables, Sector.primaryRoot),
            (VolumeNames.joliet, Sector.joliet, Sector.jolietTables, Sector.jolietRoot),
        ] {
            VolumeDescriptor(names: names, label: label, sectors: sectors, tables: tables, root: root)
                .write(to: &volume, at: descriptor)
            RootDirectory(names: names, sector: root, files: placed).write(to: &volume, tables: tables)
        }
        volume.put([0xFF] + Array("CD001".utf8) + [1], at: Sector.terminator, 0)
        for file in placed { volume.put(file.file.content, at: file.sector, 0) }
        return volume.bytes
    }
}

/// A file of the volume.
struct SeedFile {
    var name: String
    var content: [UInt8]
}

/// A file and the sector where its content begins.
struct PlacedFile {
    var file: SeedFile
    var sector: Int
}
