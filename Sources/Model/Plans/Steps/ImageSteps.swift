internal import FoundationEssentials

package struct SendImage: Sendable, Equatable, Codable {
    package var image: String
    package var file: Image.File
    package var volume: VolumeName
    /// Hosts that may send it in place of this server. They are looked for when the step is done, and not written down.
    package var givers: [ImageGiver] = []

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

/// A copy of an image's file that is to leave its host.
package struct SweptCopy: Sendable, Equatable, Codable {
    package var digest: Digest
    package var volume: VolumeName
    /// What the store has of it, for when it stays after all; `nil` for one that it does not know.
    package var record: ImageOnHost?

    package init(digest: Digest, volume: VolumeName, record: ImageOnHost?) {
        self.digest = digest
        self.volume = volume
        self.record = record
    }
}
