internal import HashTreeCollections

/// Image files by host, with one copy of a file on each host, as in the store.
struct ImageTable: Sendable, Equatable {
    /// Sorted by digest.
    private var hosts = TreeDictionary<String, [ImageOnHost]>()

    init(_ images: [ImageOnHost]) {
        for image in images { insert(image) }
    }

    /// All records, sorted by host and digest.
    var all: [ImageOnHost] { hosts.sorted { $0.key < $1.key }.flatMap(\.value) }

    func on(host: String) -> [ImageOnHost] { hosts[host] ?? [] }

    /// Inserts the record, or replaces the record of the same file on the same host.
    mutating func insert(_ image: ImageOnHost) {
        var images = on(host: image.host)
        images.removeAll { $0.digest == image.digest }
        images.insert(image, at: images.firstIndex { $0.digest.text > image.digest.text } ?? images.count)
        hosts[image.host] = images
    }

    mutating func remove(on host: String, where matches: (ImageOnHost) -> Bool) {
        guard var images = hosts[host] else { return }
        images.removeAll(where: matches)
        hosts[host] = images.isEmpty ? nil : images
    }
}
