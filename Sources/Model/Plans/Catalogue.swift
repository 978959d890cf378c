/// The images a caller can choose from.
package struct Catalogue: Sendable, Equatable {
    package var images: [Image]
    /// Name of the image that is taken when a request names none.
    package var defaultImage: String

    package init(images: [Image], defaultImage: String) {
        self.images = images
        self.defaultImage = defaultImage
    }

    /// Whether an image is the default, or a version of it where no version was chosen.
    private func isDefault(_ image: Image) -> Bool { image.isCalled(defaultImage) }

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
        let fitting = images.filter(choice.fits).sorted { $0.isListedBefore($1) }
        if let image = fitting.first(where: isDefault) ?? (choice.isEmpty ? nil : fitting.first) { return image }
        let known =
            images.isEmpty ? "there are no images" : "there are \(images.map(\.name).sorted().joined(separator: ", "))"
        throw Refusal(
            .imageNotFound,
            "no image with \(choice.isEmpty ? "the default name '\(defaultImage)'" : choice.words); \(known)",
            field: choice.field, value: choice.name?.shown)
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

    var words: String { parts.map { "\($0.0) '\($0.1.shown)'" }.joined(separator: ", ") }

    var field: String? { parts.first?.0 }

    private var parts: [(String, String)] {
        [("image", name), ("os", os), ("arch", arch), ("kernelVersion", kernelVersion), ("stack", stack)]
            .compactMap { field, value in value.map { (field, $0) } }
    }
}
