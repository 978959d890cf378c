/// A movable name for a version of an image: `ipv4-rip:stable` means the version that the tag names at that
/// moment.
package struct ImageTag: Sendable, Hashable, Codable {
    /// The image's name.
    package var image: String
    package var tag: String
    package var version: String

    /// - Throws: `invalidName` if the tag is not a valid name.
    package init(_ tag: String, of image: Image) throws(Refusal) {
        self.image = image.name
        self.tag = try MachineName(tag, subject: .tag).text
        version = image.version
    }

    /// The tag as callers write it.
    package var reference: String { "\(image):\(tag)" }

    /// Whether the tag names this version of an image.
    package func names(_ image: Image) -> Bool { self.image == image.name && version == image.version }

    /// The reason why the tag cannot be assigned: an image version of the same name would become unreachable.
    package func collision(with images: [Image]) -> Refusal? {
        guard images.contains(where: { $0.reference == reference }) else { return nil }
        return Refusal(
            .imageNameTaken, .tag,
            "\(.tag) is '\(tag)': image '\(image)' has a version of that name; choose another tag",
            value: tag)
    }
}
