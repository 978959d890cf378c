internal import Control
internal import FoundationEssentials
package import Model

extension FileVault {
    package func add(_ draft: ImageDraft) async throws(Refusal) -> ImageAddition {
        let manifest = try Self.manifest(of: draft)
        let upload = try ImageUploads.name(of: draft)
        return try await onQueue { [uploads] vault throws(Refusal) in
            let images = vault.withState { vault.scan(&$0) }
            if let there = images.first(where: { $0.name == manifest.name && $0.version == manifest.version }) {
                // Whoever asks again because the answer was lost gets it.
                let same = draft.files.allSatisfy { file in there.files.contains { $0.digest == file.digest } }
                guard same else { throw Self.taken(manifest) }
                return .added(there)
            }
            if try vault.tagFile.tags().contains(where: { $0.reference == "\(manifest.name):\(manifest.version)" }) {
                throw Refusal(
                    .imageNameTaken,
                    "version is '\(manifest.version.shown)': image '\(manifest.name)' has a tag of that name; give another "
                        + "version, or remove the tag", field: "version", value: manifest.version.shown)
            }
            let missing = try uploads.missing(draft, upload)
            guard missing.isEmpty else { return .missing(upload: upload, missing) }
            return .added(try vault.finish(draft, manifest, upload))
        }
    }

    private func finish(_ draft: ImageDraft, _ manifest: Manifest, _ upload: String) throws(Refusal) -> Image {
        let folder = uploads.path(of: upload)
        let place = "\(uploads.root)/\(manifest.name)-\(upload)"
        let image: Image
        do {
            image = try withState { state throws(ImageProblem) in
                // First whether it arrived as it was sent; whatever else is wrong with it may come from that.
                for file in draft.files {
                    guard let expected = file.digest else { continue }
                    let path = "\(folder)/\(file.name)"
                    let found = try state.book.digests(of: OpenFile(path, name: file.name), path: path).whole
                    guard found != expected else { continue }
                    throw ImageProblem("'\(file.name)' has SHA-256 \(found.text), not \(expected.text)")
                }
                return try ImageFolder(path: folder, book: &state.book, isNew: true).outcome.get()
            }
        } catch {
            uploads.discard(upload)
            throw Refusal(.imageInvalid, "image '\(manifest.name)' was not added: \(error.words)", field: "file")
        }
        try uploads.finish(upload, as: place, files: draft.files.map(\.name))
        withState { $0.book.moved(from: folder, to: place) }
        return image
    }

    /// - Throws: `imageInvalid` for a manifest that says nothing usable, or other files than are announced.
    private static func manifest(of draft: ImageDraft) throws(Refusal) -> Manifest {
        let manifest: Manifest
        do {
            manifest = try Manifest(Array(draft.manifest.utf8))
        } catch {
            throw Refusal(.imageInvalid, error.words, field: "manifest")
        }
        let needed = Set([manifest.kernel, manifest.initrd, manifest.disk].compactMap(\.self))
        guard draft.files.count == needed.count, Set(draft.files.map(\.name)) == needed else {
            throw Refusal(
                .imageInvalid,
                "file: the manifest needs \(needed.sorted().joined(separator: ", ")), announced are "
                    + "\(draft.files.isEmpty ? "none" : draft.files.map(\.name.shown).joined(separator: ", "))",
                field: "file")
        }
        for file in draft.files {
            guard (1...ImageUploads.largestFile).contains(file.size) else {
                throw Refusal(
                    .imageInvalid,
                    "size of '\(file.name)' is '\(file.size)': must be 1 to \(ImageUploads.largestFile) bytes",
                    field: "size", value: "\(file.size)")
            }
            guard let digest = file.digest?.text else { continue }
            guard digest.utf8.count == 64, digest.utf8.allSatisfy({ "0123456789abcdef".utf8.contains($0) }) else {
                throw Refusal(
                    .imageInvalid, "digest of '\(file.name)' is '\(digest.shown)': must be SHA-256 in 64 digits 0 to f",
                    field: "digest", value: digest.shown)
            }
        }
        return manifest
    }

    private static func taken(_ manifest: Manifest) -> Refusal {
        Refusal(
            .imageNameTaken,
            "there is an image '\(manifest.name)' of version '\(manifest.version.shown)' already, and not known to "
                + "have this content; images never change: give another version", field: "version",
            value: manifest.version.shown)
    }

    package func append(
        _ bytes: [UInt8], at offset: Int64, to file: String, of upload: String
    ) async throws(Refusal) -> Int64 {
        try await onQueue { [uploads] _ throws(Refusal) in
            try uploads.append(bytes, at: offset, to: file, of: upload)
        }
    }

    package func remove(_ image: Image) async throws(Refusal) {
        let folder = try await folder(of: image)
        guard folder.hasPrefix(uploads.root + "/") else {
            throw Refusal(
                .imageReadOnly,
                "image '\(image.name)' is in a folder that is not this server's own; remove it there",
                detail: folder, field: "image", value: image.name)
        }
        try await onQueue { [uploads, tagFile] _ throws(Refusal) in
            let tags = try tagFile.tags()
            if tags.contains(where: { $0.names(image) }) { try tagFile.write(tags.filter { !$0.names(image) }) }
            do {
                // First out of sight, whole, so that no half of it is ever an image.
                let grave = uploads.path(of: "removed-\(UUID().uuidString)")
                try uploads.make()
                try FileManager.default.moveItem(atPath: folder, toPath: grave)
                try FileManager.default.removeItem(atPath: grave)
            } catch {
                throw Refusal(
                    .internalError, "image '\(image.name)' could not be removed", detail: String(describing: error))
            }
        }
    }

    package func cancel(upload: String) async throws(Refusal) {
        try await onQueue { [uploads] _ throws(Refusal) in try uploads.cancel(upload) }
    }

    /// Forgets uploads that nobody has gone on with for a week.
    package func forgetAbandonedUploads() async {
        try? await onQueue { [uploads] _ throws(Refusal) in uploads.discard(olderThan: 7 * 86_400, now: Date()) }
    }

    package func chosenDefault() async throws(Refusal) -> String? {
        FileManager.default.contents(atPath: choiceFile).map { String(decoding: $0, as: UTF8.self) }
    }

    package func choose(defaultImage: String) async throws(Refusal) {
        try await onQueue { [choiceFile, root = uploads.root] _ throws(Refusal) in
            do {
                try FileManager.default.createDirectory(atPath: root, withIntermediateDirectories: true)
                try Data(defaultImage.utf8).write(to: URL(filePath: choiceFile), options: .atomic)
            } catch {
                throw Refusal(
                    .internalError, "the default image could not be remembered", detail: String(describing: error))
            }
        }
    }

    private var choiceFile: String { uploads.root + "/.default" }
}
