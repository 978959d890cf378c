/// A movable name for a version of an image: `ipv4-rip:stable` means whatever version the tag names at that moment.
package struct ImageTag: Sendable, Hashable, Codable {
    /// The image's name.
    package var image: String
    package var tag: String
    package var version: String

    /// - Throws: `invalidName` for a tag that is no name.
    package init(_ tag: String, of image: Image) throws(Refusal) {
        self.image = image.name
        self.tag = try MachineName(tag, subject: .tag).text
        version = image.version
    }

    /// How a caller says it.
    package var reference: String { "\(image):\(tag)" }

    /// Whether it names an image's version.
    package func names(_ image: Image) -> Bool { self.image == image.name && version == image.version }

    /// Why it cannot be given: a version that is called so would never be chosen any more.
    package func collision(with images: [Image]) -> Refusal? {
        guard images.contains(where: { $0.reference == reference }) else { return nil }
        return Refusal(
            .imageNameTaken, .tag, "\(.tag) is '\(tag)': image '\(image)' has a version of that name; take another tag",
            value: tag)
    }
}
