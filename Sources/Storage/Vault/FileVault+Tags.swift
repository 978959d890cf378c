internal import FoundationEssentials
package import Model

extension FileVault {
    package func tags() async throws(Refusal) -> [ImageTag] { try tagFile.tags() }

    package func tag(_ tag: ImageTag) async throws(Refusal) {
        try await on(queue) { [tagFile] vault throws(Refusal) in
            if let refusal = tag.collision(with: vault.withState { vault.scan(&$0) }) { throw refusal }
            try tagFile.write(try tagFile.tags().filter { $0.reference != tag.reference } + [tag])
        }
    }

    package func untag(_ tag: ImageTag) async throws(Refusal) {
        try await on(queue) { [tagFile] _ throws(Refusal) in
            try tagFile.write(try tagFile.tags().filter { $0.reference != tag.reference })
        }
    }

    var tagFile: TagFile { TagFile(path: uploads.root + "/.tags.json") }
}

/// The file that stores the tags; written atomically.
struct TagFile {
    var path: String

    /// Reads the tags; none if the file is missing.
    ///
    /// - Throws: `internalError` for a file that cannot be read or decoded.
    func tags() throws(Refusal) -> [ImageTag] {
        guard FileManager.default.fileExists(atPath: path) else { return [] }
        do {
            return try JSONDecoder().decode([ImageTag].self, from: Data(contentsOf: URL(filePath: path)))
        } catch {
            throw Refusal(
                .internalError, "the tags of images cannot be read: their file is damaged",
                detail: "repair \(path), or remove it: \(String(describing: error))")
        }
    }

    func write(_ tags: [ImageTag]) throws(Refusal) {
        let folder = String(path.prefix(upTo: path.lastIndex(of: "/") ?? path.startIndex))
        do {
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
            try encoder.encode(tags.sorted { $0.reference < $1.reference }).write(
                to: URL(filePath: path), options: .atomic)
        } catch {
            throw Refusal(
                .internalError, "the tags of images could not be saved", detail: String(describing: error))
        }
    }
}
