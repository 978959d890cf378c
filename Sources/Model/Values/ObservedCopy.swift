package import FoundationEssentials

/// A copy of an image's file on a host, as found there just now: a volume whose name begins as ours do.
package struct ObservedCopy: Sendable, Equatable {
    package var volume: VolumeName
    /// What it takes of the host's disk, in bytes.
    package var bytes: Int64
    /// When its content was last written; `nil` where the host does not tell.
    package var written: Date?
    /// Who points at it there, or may do so, each in a sentence; empty when nobody does.
    package var uses: [String]

    package init(volume: VolumeName, bytes: Int64, written: Date?, uses: [String]) {
        self.volume = volume
        self.bytes = bytes
        self.written = written
        self.uses = uses
    }

    /// How the names of such volumes begin; the file's digest follows.
    package static let prefix = "vms-image-"

    /// The digest in its name.
    package var digest: Digest { Digest(String(volume.name.dropFirst(Self.prefix.count))) }
}
