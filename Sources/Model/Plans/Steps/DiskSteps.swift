/// A new disk: empty, or an overlay of a backing volume.
package struct CreateDisk: Sendable, Equatable, Codable {
    package struct Backing: Sendable, Equatable, Codable {
        package var path: String
        package var format: Image.DiskFormat

        package init(path: String, format: Image.DiskFormat) {
            self.path = path
            self.format = format
        }
    }

    package var volume: VolumeName
    package var format: Image.DiskFormat
    /// Size of the disk as the machine sees it, in bytes.
    package var capacity: Int64
    package var backing: Backing?

    package init(volume: VolumeName, format: Image.DiskFormat, capacity: Int64, backing: Backing?) {
        self.volume = volume
        self.format = format
        self.capacity = capacity
        self.backing = backing
    }
}

extension CreateDisk {
    var words: String {
        "make disk \(volume.name) of \(Step.size(capacity))"
            + (backing == nil ? "" : ", as an overlay of the image")
    }
}

/// A seed disk (NoCloud) to write into a volume.
package struct WriteSeed: Sendable, Equatable, Codable {
    package var volume: VolumeName
    package var seed: Seed

    package init(volume: VolumeName, seed: Seed) {
        self.volume = volume
        self.seed = seed
    }
}

extension WriteSeed {
    var words: String {
        let addresses = seed.interfaces.flatMap(\.addresses).map(\.description)
        return "seed \(seed.hostName) with its name and addresses: \(addresses.isEmpty ? "none" : Step.list(addresses))"
    }
}
