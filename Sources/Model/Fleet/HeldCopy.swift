/// A copy of an image's file that a host is believed to have.
package struct HeldCopy: Sendable, Equatable {
    package var volume: VolumeName
    /// Where it is on the host.
    package var path: String
    /// How long the file is, in bytes; `nil` where nobody knows any more.
    package var size: Int64?

    package init(volume: VolumeName, path: String, size: Int64?) {
        self.volume = volume
        self.path = path
        self.size = size
    }
}

extension Fleet {
    /// Copies that a host is recorded to have; those in a pool that is not there, or not active, are left out.
    package func heldCopies(on host: String, _ survey: HostSurvey, images: [Image]) -> [HeldCopy] {
        let sizes = Dictionary(images.flatMap(\.files).map { ($0.digest, $0.size) }) { first, _ in first }
        return self.images(on: host).compactMap { copy in
            guard let pool = survey.pools.first(where: { $0.name == copy.volume.pool }) else { return nil }
            return HeldCopy(volume: copy.volume, path: "\(pool.path)/\(copy.volume.name)", size: sizes[copy.digest])
        }
    }

    /// Believes of a host only the copies that were found there: the others are sent again.
    ///
    /// - Returns: those others.
    package mutating func believe(_ found: Set<VolumeName>, on host: String) -> [ImageOnHost] {
        let missing = images(on: host).filter { !found.contains($0.volume) }
        removeImages(on: host) { !found.contains($0.volume) }
        return missing
    }
}
