package import Control
internal import Dispatch
internal import FoundationEssentials
package import Model

extension FileVault {
    package func add(_ draft: ImageDraft) async throws(Refusal) -> ImageAddition {
        let manifest = try Self.manifest(of: draft)
        let upload = try ImageUploads.name(of: draft)
        if let existing = try await on(queue, { vault throws(Refusal) in try vault.known(draft, manifest) }) {
            return .added(existing)
        }
        let missing = try await on(arrivals) { [uploads] _ throws(Refusal) in try uploads.missing(draft, upload) }
        guard missing.isEmpty else { return .missing(upload: upload, missing) }
        return .added(try await on(checks) { vault throws(Refusal) in try vault.finish(draft, manifest, upload) })
    }

    /// The image if it already exists: a caller that repeats its request after a lost answer receives it. On ``queue``
    /// only.
    ///
    /// - Throws: `imageNameTaken`.
    private func known(_ draft: ImageDraft, _ manifest: Manifest) throws(Refusal) -> Image? {
        let images = withState { scan(&$0) }
        if let existing = images.first(where: { $0.name == manifest.name && $0.version == manifest.version }) {
            let same = draft.files.allSatisfy { file in existing.files.contains { $0.digest == file.digest } }
            guard same else { throw Self.taken(manifest) }
            return existing
        }
        if try tagFile.tags().contains(where: { $0.reference == "\(manifest.name):\(manifest.version)" }) {
            throw Refusal(
                .imageNameTaken, .version,
                "\(.version) is '\(manifest.version.shown)': image '\(manifest.name)' has a tag of that name; give another "
                    + "version, or remove the tag", value: manifest.version.shown)
        }
        return nil
    }

    /// Checks a complete upload and moves it to its final folder. On ``checks`` only: a caller that waited for another
    /// caller's check finds its result.
    private func finish(_ draft: ImageDraft, _ manifest: Manifest, _ upload: String) throws(Refusal) -> Image {
        if let existing = try runOnQueue({ vault throws(Refusal) in try vault.known(draft, manifest) }) {
            return existing
        }
        let folder = uploads.path(of: upload)
        let place = "\(uploads.root)/\(manifest.name)-\(upload)"
        let checked: (image: Image, book: DigestBook)
        do {
            checked = try check(draft, upload)
        } catch {
            arrivals.sync { uploads.discard(upload) }
            throw Refusal(.imageInvalid, .file, "image '\(manifest.name)' was not added: \(error.words)")
        }
        try uploads.makeDurable(upload, files: draft.files.map(\.name))
        return try runOnQueue { vault throws(Refusal) in
            // Another upload may have taken the name in the meantime.
            if let existing = try vault.known(draft, manifest) { return existing }
            try vault.uploads.place(upload, as: place)
            vault.withState { $0.book.merge(checked.book, from: folder, to: place) }
            return checked.image
        }
    }

    /// Reads the manifest of a draft, and compares it with the announced files.
    ///
    /// - Throws: `imageInvalid` for an unusable manifest, or if the announced files are not those of the manifest.
    private static func manifest(of draft: ImageDraft) throws(Refusal) -> Manifest {
        let manifest: Manifest
        do {
            manifest = try Manifest(Array(draft.manifest.utf8))
        } catch {
            throw Refusal(.imageInvalid, .manifest, "\(error.words)")
        }
        let needed = Set([manifest.kernel, manifest.initrd, manifest.disk].compactMap(\.self))
        guard draft.files.count == needed.count, Set(draft.files.map(\.name)) == needed else {
            throw Refusal(
                .imageInvalid, .file,
                "file: the manifest needs \(needed.sorted().joined(separator: ", ")), but the request announces "
                    + "\(draft.files.isEmpty ? "none" : draft.files.map(\.name.shown).joined(separator: ", "))")
        }
        for file in draft.files {
            guard (1...ImageUploads.largestFile).contains(file.size) else {
                throw Refusal(
                    .imageInvalid, .size,
                    "size of '\(file.name)' is '\(file.size)': must be 1 to \(ImageUploads.largestFile) bytes",
                    value: "\(file.size)")
            }
            guard let digest = file.digest?.text else { continue }
            guard digest.utf8.count == 64, digest.utf8.allSatisfy({ "0123456789abcdef".utf8.contains($0) }) else {
                throw Refusal(
                    .imageInvalid, .digest,
                    "digest of '\(file.name)' is '\(digest.shown)': must be SHA-256 in 64 digits 0 to f",
                    value: digest.shown)
            }
        }
        return manifest
    }

    private static func taken(_ manifest: Manifest) -> Refusal {
        Refusal(
            .imageNameTaken, .version,
            "image '\(manifest.name)' of version '\(manifest.version.shown)' already exists, and is not known to "
                + "have this content; images never change: give another version",
            value: manifest.version.shown)
    }

    package func append(
        _ bytes: [UInt8], at offset: Int64, to file: String, of upload: String
    ) async throws(Refusal) -> Int64 {
        try await on(arrivals) { [uploads] _ throws(Refusal) in
            try uploads.append(bytes, at: offset, to: file, of: upload)
        }
    }

    package func remove(_ image: Image) async throws(Refusal) {
        let folder = try await folder(of: image)
        guard folder.hasPrefix(uploads.root + "/") else {
            throw Refusal(
                .imageReadOnly, .image,
                "image '\(image.name)' is in a folder that this server does not manage; remove it there",
                detail: folder, value: image.name)
        }
        let removed = uploads.path(of: "removed-\(UUID().uuidString)")
        try await on(queue) { [uploads, tagFile] _ throws(Refusal) in
            let tags = try tagFile.tags()
            if tags.contains(where: { $0.names(image) }) { try tagFile.write(tags.filter { !$0.names(image) }) }
            do {
                // First moved out of the vault as a whole, so that a half-removed folder is never an image.
                try uploads.make()
                try FileManager.default.moveItem(atPath: folder, toPath: removed)
            } catch {
                throw Refusal(
                    .internalError, "image '\(image.name)' could not be removed", detail: String(describing: error))
            }
        }
        // Freeing gigabytes takes a while.
        try await on(checks) { _ throws(Refusal) in
            do {
                try FileManager.default.removeItem(atPath: removed)
            } catch {
                throw Refusal(
                    .internalError, "image '\(image.name)' is removed, but some of its files could not be deleted",
                    detail: String(describing: error))
            }
        }
    }

    package func cancel(upload: String) async throws(Refusal) {
        try await on(arrivals) { [uploads] _ throws(Refusal) in try uploads.cancel(upload) }
    }

    package func uploads() async throws(Refusal) -> [IncompleteUpload] {
        try await on(arrivals) { vault throws(Refusal) in vault.uploads.all() }
    }

    /// Deletes uploads that have received nothing for a week.
    package func forgetAbandonedUploads() async {
        try? await on(arrivals) { [uploads] _ throws(Refusal) in uploads.discard(olderThan: 7 * 86_400, now: Date()) }
    }

    package func chosenDefault() async throws(Refusal) -> String? {
        FileManager.default.contents(atPath: choiceFile).map { String(decoding: $0, as: UTF8.self) }
    }

    package func choose(defaultImage: String) async throws(Refusal) {
        try await on(queue) { [choiceFile, root = uploads.root] _ throws(Refusal) in
            do {
                try FileManager.default.createDirectory(atPath: root, withIntermediateDirectories: true)
                try Data(defaultImage.utf8).write(to: URL(filePath: choiceFile), options: .atomic)
            } catch {
                throw Refusal(
                    .internalError, "the default image could not be saved", detail: String(describing: error))
            }
        }
    }

    private var choiceFile: String { uploads.root + "/.default" }
}
