internal import HashTreeCollections

/// Files of images by their hosts: of each host one copy of a file, as the store has it.
struct ImageTable: Sendable, Equatable {
    /// In the order of the digests.
    private var hosts = TreeDictionary<String, [ImageOnHost]>()

    init(_ images: [ImageOnHost]) {
        for image in images { insert(image) }
    }

    /// All, in the order of hosts and digests.
    var all: [ImageOnHost] { hosts.sorted { $0.key < $1.key }.flatMap(\.value) }

    func on(host: String) -> [ImageOnHost] { hosts[host] ?? [] }

    /// Takes the place of the record of the same file on the same host.
    mutating func insert(_ image: ImageOnHost) {
        var images = on(host: image.host)
        images.removeAll { $0.digest == image.digest }
        images.insert(image, at: images.firstIndex { $0.digest.text > image.digest.text } ?? images.count)
        hosts[image.host] = images
    }

    mutating func remove(on host: String, where isMeant: (ImageOnHost) -> Bool) {
        guard var images = hosts[host] else { return }
        images.removeAll(where: isMeant)
        hosts[host] = images.isEmpty ? nil : images
    }
}
