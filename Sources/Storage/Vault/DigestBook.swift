internal import FoundationEssentials
internal import Glibc
internal import Model

/// A cache of file digests, so that a file of gigabytes is not read again at every start. The cache file may be lost:
/// files without an entry are read again.
struct DigestBook {
    private struct Entry: Codable {
        var stamp: FileStamp
        var digests: FileDigests
    }

    private let path: String
    private var entries: [String: Entry] = [:]
    private var isChanged = false

    init(path: String) {
        self.path = path
        guard let data = try? Data(contentsOf: URL(fileURLWithPath: path)),
            let entries = try? JSONDecoder().decode([String: Entry].self, from: data)
        else { return }
        self.entries = entries
    }

    /// A book in memory only.
    init() { path = "" }

    /// Takes over another book's entries for a folder that has moved.
    mutating func merge(_ other: DigestBook, from old: String, to new: String) {
        for (path, entry) in other.entries where path.hasPrefix(old + "/") {
            entries[new + path.dropFirst(old.count)] = entry
        }
        isChanged = true
    }

    /// Looks up the digests, or reads the file.
    mutating func digests(of file: OpenFile, path: String) throws(ImageProblem) -> FileDigests {
        if let entry = entries[path], entry.stamp == file.stamp { return entry.digests }
        let digests = try file.digests()
        entries[path] = Entry(stamp: file.stamp, digests: digests)
        isChanged = true
        return digests
    }

    /// Writes changes atomically; only the server's user may read the file. Removes entries for files outside `kept`.
    mutating func save(keeping kept: Set<String>) throws {
        let before = entries.count
        entries = entries.filter { kept.contains($0.key) }
        guard isChanged || entries.count != before else { return }
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        let data = try encoder.encode(entries)
        let draft = path + ".new"
        unlink(draft)
        let descriptor = open(draft, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard descriptor >= 0 else { throw ImageProblem("\(draft): \(String(cString: strerror(errno)))") }
        let written = data.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
        close(descriptor)
        guard written == data.count, rename(draft, path) == 0 else {
            let words = String(cString: strerror(errno))
            unlink(draft)
            throw ImageProblem("\(draft): \(words)")
        }
        isChanged = false
    }
}
