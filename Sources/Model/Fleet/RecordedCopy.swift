/// A copy of an image's file that a host should have according to the records.
package struct RecordedCopy: Sendable, Equatable {
    package var volume: VolumeName
    /// The path on the host.
    package var path: String
    /// Length of the file, in bytes; `nil` if it is no longer known.
    package var size: Int64?

    package init(volume: VolumeName, path: String, size: Int64?) {
        self.volume = volume
        self.path = path
        self.size = size
    }
}

extension Fleet {
    /// Copies that the records place on a host, without those in a pool that does not exist or is not active.
    package func recordedCopies(on host: String, _ survey: HostSurvey, images: [Image]) -> [RecordedCopy] {
        let sizes = Dictionary(images.flatMap(\.files).map { ($0.digest, $0.size) }) { first, _ in first }
        return self.images(on: host).compactMap { copy in
            guard let pool = survey.pools.first(where: { $0.name == copy.volume.pool }) else { return nil }
            return RecordedCopy(volume: copy.volume, path: "\(pool.path)/\(copy.volume.name)", size: sizes[copy.digest])
        }
    }

    /// Removes the records of copies that were not found on a host: these files are sent again when they are
    /// needed.
    ///
    /// - Returns: the removed records.
    package mutating func believe(_ found: Set<VolumeName>, on host: String) -> [ImageOnHost] {
        let missing = images(on: host).filter { !found.contains($0.volume) }
        removeImages(on: host) { !found.contains($0.volume) }
        return missing
    }
}
