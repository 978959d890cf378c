package import FoundationEssentials

/// A copy of an image's file, just found on a host: a volume whose name has our prefix.
package struct ObservedCopy: Sendable, Equatable {
    package var volume: VolumeName
    /// Space that it occupies on the host's disk, in bytes.
    package var bytes: Int64
    /// The time of the last write to its content; `nil` if the host does not report it.
    package var written: Date?
    /// Its users on the host, certain or possible, each in a sentence; empty if there is none.
    package var uses: [String]

    package init(volume: VolumeName, bytes: Int64, written: Date?, uses: [String]) {
        self.volume = volume
        self.bytes = bytes
        self.written = written
        self.uses = uses
    }

    /// The prefix of the names of such volumes; the file's digest follows.
    package static let prefix = "vms-image-"

    /// The digest in its name.
    package var digest: Digest { Digest(String(volume.name.dropFirst(Self.prefix.count))) }
}
