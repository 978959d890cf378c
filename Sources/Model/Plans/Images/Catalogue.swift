/// The images a caller can choose from.
package struct Catalogue: Sendable, Equatable {
    package var images: [Image]
    /// Name of the image for requests that name none.
    package var defaultImage: String
    package var tags: [ImageTag]

    package init(images: [Image], defaultImage: String, tags: [ImageTag] = []) {
        self.images = images
        self.defaultImage = defaultImage
        self.tags = tags
    }

    /// The image name for a caller's text: a tag becomes the version that it currently names.
    private func resolved(_ name: String) -> String {
        guard !images.contains(where: { $0.isCalled(name) }), let tag = tags.first(where: { $0.reference == name })
        else { return name }
        return "\(tag.image):\(tag.version)"
    }

    /// Tags of an image's version, sorted.
    package func tags(of image: Image) -> [String] { tags.filter { $0.names(image) }.map(\.tag).sorted() }

    /// The tag of an image by name; `image` may include a version or a tag, which is ignored.
    ///
    /// - Throws: `imageNotFound`, with the existing tags.
    package func tag(_ tag: String, of image: String) throws(Refusal) -> ImageTag {
        let name = String(image.prefix { $0 != ":" })
        let own = tags.filter { $0.image == name }
        if let found = own.first(where: { $0.tag == tag }) { return found }
        let known = own.isEmpty ? "it has none" : "it has \(own.map(\.tag).sorted().joined(separator: ", "))"
        throw Refusal(
            .imageNotFound, .tag, "\(.tag) is '\(tag.shown)': image '\(name.shown)' has no such tag; \(known)",
            value: tag.shown)
    }

    /// Whether an image is the default, or a version of the default image if no version is configured.
    private func isDefault(_ image: Image) -> Bool { image.isCalled(resolved(defaultImage)) }

    /// The default image itself.
    package var standard: Image? { images.sorted { $0.isListedBefore($1) }.first(where: isDefault) }

    package func operatingSystems() -> [String] { Set(images.map(\.os)).sorted() }

    package func architectures(os: String?) -> [String] {
        Set(images.filter { os == nil || $0.os == os }.map(\.arch)).sorted()
    }

    package func kernelVersions(os: String?, arch: String?) -> [String] {
        Set(images.filter { (os == nil || $0.os == os) && (arch == nil || $0.arch == arch) }.map(\.kernelVersion))
            .sorted()
    }

    /// The image that a choice selects. If several fit, the default image, otherwise the first by name, in its
    /// newest version.
    ///
    /// - Throws: `imageNotFound`, with the existing images.
    package func image(_ choice: ImageChoice) throws(Refusal) -> Image {
        var resolvedChoice = choice
        resolvedChoice.name = choice.name.map(resolved)
        let fitting = images.filter(resolvedChoice.fits).sorted { $0.isListedBefore($1) }
        if let image = fitting.first(where: isDefault) ?? (choice.isEmpty ? nil : fitting.first) { return image }
        let known =
            images.isEmpty ? "there are no images" : "there are \(images.map(\.name).sorted().joined(separator: ", "))"
        throw Refusal(
            .imageNotFound, choice.subject,
            "no image with "
                + (choice.isEmpty ? "the default name '\(defaultImage)'" : choice.words) + "; \(known)",
            value: choice.name?.shown)
    }
}

extension Catalogue {
    /// The image from which a machine was made. It stays the same even if the choice or a tag would select
    /// another one by now.
    ///
    /// - Throws: `notOffered` if another image is requested; `imageNotFound` if the image is no longer in the
    ///   catalogue.
    func image(of machine: Machine, requested: ImageChoice) throws(Refusal) -> Image {
        guard let own = images.filter(machine.isMade).sorted(by: { $0.isListedBefore($1) }).first else {
            throw Refusal(
                .imageNotFound, .image,
                "image '\(machine.image ?? "")', from which it is made, is no longer in the catalogue",
                value: machine.image)
        }
        var resolvedChoice = requested
        resolvedChoice.name = requested.name.map(resolved)
        if resolvedChoice.fits(own) { return own }
        let wanted = try image(requested)
        guard wanted.name == own.name, tags.contains(where: { $0.reference == requested.name }) else {
            throw Refusal(
                .notOffered, requested.subject,
                "it is made from image \(own.reference) and cannot become \(wanted.reference): leave it out, apply, and "
                    + "then add it again", value: requested.name ?? wanted.name)
        }
        return own
    }
}

/// A caller's choice of an image: by name, by properties, or the default.
package struct ImageChoice: Sendable, Equatable {
    package var name: String?
    package var os: String?
    package var arch: String?
    package var kernelVersion: String?
    package var stack: String?

    package init(
        name: String? = nil, os: String? = nil, arch: String? = nil, kernelVersion: String? = nil, stack: String? = nil
    ) {
        self.name = name
        self.os = os
        self.arch = arch
        self.kernelVersion = kernelVersion
        self.stack = stack
    }

    package var isEmpty: Bool { parts.isEmpty }

    func fits(_ image: Image) -> Bool {
        (name.map(image.isCalled) ?? true) && (os == nil || image.os == os) && (arch == nil || image.arch == arch)
            && (kernelVersion == nil || image.kernelVersion == kernelVersion)
            && (stack.map(image.stacks.contains) ?? true)
    }

    var words: Refusal.Words {
        Refusal.Words(parts.map { subject, value in "\(subject) '\(value.shown)'" }, separator: ", ")
    }

    /// The first criterion.
    var subject: Refusal.Subject? { parts.first?.0 }

    private var parts: [(Refusal.Subject, String)] {
        [(.image, name), (.os, os), (.arch, arch), (.kernelVersion, kernelVersion), (.stack, stack)]
            .compactMap { subject, value in value.map { (subject, $0) } }
    }
}
