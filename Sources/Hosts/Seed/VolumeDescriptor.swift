/// The sector with the volume's label and the position of a tree's root (ECMA-119, 8.4 and 8.5).
struct VolumeDescriptor {
    var names: VolumeNames
    var label: String
    /// The size of the whole volume in sectors.
    var sectors: Int
    /// The sector of the little-endian path table; the big-endian one follows it.
    var tables: Int
    var root: Int

    func write(to volume: inout VolumeBytes, at sector: Int) {
        func put(_ content: [UInt8], _ offset: Int) { volume.put(content, at: sector, offset) }
        put([names.descriptorType] + Array("CD001".utf8) + [1], 0)
        put(names.padded("", to: 32), 8)
        put(names.padded(label, to: 32), 40)
        put(VolumeBytes.both(sectors, bytes: 4), 80)
        put(names.escapeSequence, 88)
        // The volume set has one volume, this one; a block is one sector.
        put(VolumeBytes.both(1, bytes: 2), 120)
        put(VolumeBytes.both(1, bytes: 2), 124)
        put(VolumeBytes.both(VolumeBytes.sectorSize, bytes: 2), 128)
        put(VolumeBytes.both(RootDirectory.tableSize, bytes: 4), 132)
        put(VolumeBytes.little(tables, bytes: 4), 140)
        put(VolumeBytes.big(tables + 1, bytes: 4), 148)
        put(RootDirectory.record([0], isDirectory: true, sector: root, size: VolumeBytes.sectorSize), 156)
        // Volume set, publisher, preparer and application, then three file names: all are empty.
        for offset in [190, 318, 446, 574] { put(names.padded("", to: 128), offset) }
        for offset in [702, 739, 776] { put(names.padded("", to: 37), offset) }
        // Sixteen digits '0' and a zero offset mean that a date is not specified (8.4.26.1).
        for offset in [813, 830, 847, 864] { put([UInt8](repeating: UInt8(ascii: "0"), count: 16) + [0], offset) }
        put([1], 881)
    }
}
