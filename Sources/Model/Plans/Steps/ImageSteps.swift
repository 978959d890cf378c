internal import FoundationEssentials

/// A file of an image to send to a host.
package struct SendImage: Sendable, Equatable, Codable {
    package var image: String
    package var file: Image.File
    package var volume: VolumeName
    /// Hosts that may send the file in place of this server. They are looked up when the step is executed, and
    /// not stored.
    package var imageSources: [ImageSource] = []

    private enum CodingKeys: CodingKey {
        case image, file, volume
    }

    package init(image: String, file: Image.File, volume: VolumeName) {
        self.image = image
        self.file = file
        self.volume = volume
    }
}

extension SendImage {
    var words: String { "send a file of image \(image) (\(Step.size(file.size)))" }

    func recordsWhenDone(on host: String, at time: Date) -> [RecordChange] {
        [.imageIsOnHost(ImageOnHost(host: host, digest: file.digest, volume: volume, lastUsed: time))]
    }
}

/// A copy of an image's file that is to be removed from its host.
package struct PrunedCopy: Sendable, Equatable, Codable {
    package var digest: Digest
    package var volume: VolumeName
    /// The store's record, needed if the copy stays after all; `nil` if the store has none.
    package var record: ImageOnHost?

    package init(digest: Digest, volume: VolumeName, record: ImageOnHost?) {
        self.digest = digest
        self.volume = volume
        self.record = record
    }
}
