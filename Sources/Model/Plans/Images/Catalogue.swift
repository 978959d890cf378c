/// The images a caller can choose from.
package struct Catalogue: Sendable, Equatable {
    package var images: [Image]
    /// Name of the image that is taken when a request names none.
    package var defaultImage: String
    package var tags: [ImageTag]

    package init(images: [Image], defaultImage: String, tags: [ImageTag] = []) {
        self.images = images
        self.defaultImage = defaultImage
        self.tags = tags
    }

    /// What a caller's word for an image means now: a tag becomes the version that it names.
    private func resolved(_ name: String) -> String {
        guard !images.contains(where: { $0.isCalled(name) }), let tag = tags.first(where: { $0.reference == name })
        else { return name }
        return "\(tag.image):\(tag.version)"
    }

    /// Tags of an image's version, in their order.
    package func tags(of image: Image) -> [String] { tags.filter { $0.names(image) }.map(\.tag).sorted() }

    /// The tag of an image by name; `image` may name a version or a tag besides, which does not count.
    ///
    /// - Throws: `imageNotFound`, with the tags there are.
    package func tag(_ tag: String, of image: String) throws(Refusal) -> ImageTag {
        let name = String(image.prefix { $0 != ":" })
        let own = tags.filter { $0.image == name }
        if let found = own.first(where: { $0.tag == tag }) { return found }
        let known = own.isEmpty ? "it has none" : "it has \(own.map(\.tag).sorted().joined(separator: ", "))"
        throw Refusal(
            .imageNotFound, .tag, "\(.tag) is '\(tag.shown)': image '\(name.shown)' has no such tag; \(known)",
            value: tag.shown)
    }

    /// Whether an image is the default, or a version of it where no version was chosen.
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

    /// The image that a choice names. Of several that fit, the default image, otherwise the first by name; of that the
    /// newest version.
    ///
    /// - Throws: `imageNotFound`, with the images there are.
    package func image(_ choice: ImageChoice) throws(Refusal) -> Image {
        var meant = choice
        meant.name = choice.name.map(resolved)
        let fitting = images.filter(meant.fits).sorted { $0.isListedBefore($1) }
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
    /// The image that a machine is made from, which is what it stays: also where another would be chosen by now, and where
    /// a tag names another version by now.
    ///
    /// - Throws: `notOffered` when another one is asked for; `imageNotFound` when it has left the catalogue.
    func image(of machine: Machine, asked: ImageChoice) throws(Refusal) -> Image {
        guard let own = images.filter(machine.isMade).sorted(by: { $0.isListedBefore($1) }).first else {
            throw Refusal(
                .imageNotFound, .image, "image '\(machine.image ?? "")', which it is made from, is not here any more",
                value: machine.image)
        }
        var meant = asked
        meant.name = asked.name.map(resolved)
        if meant.fits(own) { return own }
        let wanted = try image(asked)
        guard wanted.name == own.name, tags.contains(where: { $0.reference == asked.name }) else {
            throw Refusal(
                .notOffered, asked.subject,
                "it is made from image \(own.reference) and cannot become \(wanted.reference): leave it out, apply, and "
                    + "then add it again", value: asked.name ?? wanted.name)
        }
        return own
    }
}

/// Which image a caller wants: by name, by what it is, or the default.
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

    /// The first thing that is asked for.
    var subject: Refusal.Subject? { parts.first?.0 }

    private var parts: [(Refusal.Subject, String)] {
        [(.image, name), (.os, os), (.arch, arch), (.kernelVersion, kernelVersion), (.stack, stack)]
            .compactMap { subject, value in value.map { (subject, $0) } }
    }
}
