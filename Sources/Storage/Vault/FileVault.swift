package import Control
internal import Dispatch
internal import FoundationEssentials
package import Logging
package import Model
internal import Synchronization

/// The images in some folders of the server's disk: each is a folder with a `manifest.json` and the files it names. Images
/// are added to the folder `images` of the data folder; the others belong to somebody else, who may change them.
///
/// Opening reads nothing. The first ``images()`` digests what it has never seen; after that a call costs a few `stat`s
/// until something changes. A server that calls ``images()`` in the background at its start has it done in time.
package final class FileVault: ImageVault {
    struct State {
        var book: DigestBook
        var folders: [String: ImageFolder] = [:]
        var told: Set<String> = []
    }

    private let roots: [String]
    let uploads: ImageUploads
    private let log: Logger
    /// Who asks what there is waits for what is short only, and never on Swift's few threads.
    let queue = DispatchQueue(label: "image-vault")
    /// Pieces that arrive.
    let arrivals = DispatchQueue(label: "image-vault-arrivals")
    /// Images that have arrived are read whole here, one after the other: gigabytes.
    let checks = DispatchQueue(label: "image-vault-checks")
    /// Called before each is read; tests hold it.
    private let beforeCheck: @Sendable () -> Void
    /// Used on the queue only, which is why it is never waited for.
    private let state: Mutex<State>
    /// Each file, and the folder that told of it; for callers that do not wait for a scan.
    private let index = Mutex<[Digest: (file: StoredFile, folder: ImageFolder)]>([:])

    /// - Parameters:
    ///   - folders: where else images' folders are. Of two images of one name and version, the one found first counts.
    ///   - dataFolder: where images are added, in `images`, and digests remembered, in `image-digests.json`.
    package init(
        folders: [String], dataFolder: String, log: Logger, beforeCheck: @escaping @Sendable () -> Void = {}
    ) {
        self.beforeCheck = beforeCheck
        uploads = ImageUploads(root: dataFolder + "/images")
        let own = uploads.root
        roots = [own] + folders.filter { $0 != own }
        self.log = log
        state = Mutex(State(book: DigestBook(path: dataFolder + "/image-digests.json")))
    }

    package func images() async throws(Refusal) -> [Image] {
        try await on(queue) { vault throws(Refusal) in vault.withState { vault.scan(&$0) } }
    }

    /// Does what may take a while, in order.
    func on<Value: Sendable>(
        _ queue: DispatchQueue, _ body: @escaping @Sendable (FileVault) throws(Refusal) -> Value
    ) async throws(Refusal) -> Value {
        let result = await withCheckedContinuation { continuation in
            queue.async { [self] in
                continuation.resume(returning: Result { () throws(Refusal) in try body(self) })
            }
        }
        return try result.get()
    }

    /// From another queue than ``queue``, which waits for no other.
    func settled<Value: Sendable>(
        _ body: @Sendable (FileVault) throws(Refusal) -> Value
    ) throws(Refusal) -> Value {
        try queue.sync { Result { () throws(Refusal) in try body(self) } }.get()
    }

    /// Reads an upload whole: whether it arrived as it was sent, and is an image.
    ///
    /// - Returns: the image, and the digests of its files by their path.
    func check(_ draft: ImageDraft, _ upload: String) throws(ImageProblem) -> (image: Image, book: DigestBook) {
        beforeCheck()
        let folder = uploads.path(of: upload)
        var book = DigestBook()
        // First whether it arrived as it was sent; whatever else is wrong with it may come from that.
        for file in draft.files {
            guard let expected = file.digest else { continue }
            let path = "\(folder)/\(file.name)"
            let found = try book.digests(of: OpenFile(path, name: file.name), path: path).whole
            guard found != expected else { continue }
            throw ImageProblem("'\(file.name)' has SHA-256 \(found.text), not \(expected.text)")
        }
        return (try ImageFolder(path: folder, book: &book, isNew: true).outcome.get(), book)
    }

    /// On ``queue`` only.
    func withState<Value: Sendable, Failure: Error>(_ body: (inout State) throws(Failure) -> Value) throws(Failure)
        -> Value
    {
        let result = state.withLock { state in Result { () throws(Failure) in try body(&state) } }
        return try result.get()
    }

    /// The folder of an image that is there.
    ///
    /// - Throws: `imageNotFound`.
    func folder(of image: Image) async throws(Refusal) -> String {
        let found = try await on(queue) { vault throws(Refusal) in
            vault.withState { state in
                vault.roots.compactMap { root in
                    state.folders.first { path, folder in
                        path.hasPrefix(root + "/") && (try? folder.outcome.get()) == image
                    }?.key
                }.first
            }
        }
        guard let found else {
            throw Refusal(
                .imageNotFound, .image, "image '\(image.name)' is not there any more", value: image.name)
        }
        return found
    }

    package func file(of digest: Digest) async throws(Refusal) -> StoredFile {
        if let file = knownFile(of: digest) { return file }
        _ = try await images()
        if let file = knownFile(of: digest) { return file }
        throw Refusal(
            .imageNotFound, "no image has a file with digest \(digest.text.shown) any more: it was changed or removed",
            value: digest.text.shown)
    }

    private func knownFile(of digest: Digest) -> StoredFile? {
        index.withLock { $0[digest] }.flatMap { $0.folder.isCurrent($0.file.path) ? $0.file : nil }
    }

    /// Images in the order of their names.
    func scan(_ state: inout State) -> [Image] {
        var isChanged = false
        var images: [String: (image: Image, folder: String)] = [:]
        var folders: [String: ImageFolder] = [:]
        for path in roots.flatMap({ candidates(in: $0, &state.told) }) where folders[path] == nil {
            let folder: ImageFolder
            if let known = state.folders[path], known.isCurrent {
                folder = known
            } else {
                folder = ImageFolder(path: path, book: &state.book)
                isChanged = true
            }
            folders[path] = folder
            switch folder.outcome {
            case .failure(let problem):
                tell("image folder \(path) is left out: \(problem.words)", &state.told)
            case .success(let image):
                if let other = images[image.reference] {
                    tell(
                        "image folder \(path) is left out: \(other.folder) has an image '\(image.reference)' too",
                        &state.told)
                } else {
                    images[image.reference] = (image, path)
                }
            }
        }
        isChanged = isChanged || folders.count != state.folders.count
        state.folders = folders
        if isChanged { publish(&state) }
        return images.values.map(\.image).sorted { $0.isListedBefore($1) }
    }

    private func publish(_ state: inout State) {
        var found: [Digest: (file: StoredFile, folder: ImageFolder)] = [:]
        for folder in state.folders.values {
            for (digest, file) in folder.files { found[digest] = (file, folder) }
        }
        index.withLock { $0 = found }
        do {
            try state.book.save(keeping: Set(state.folders.values.flatMap(\.stamps.keys)))
        } catch {
            tell("image digests cannot be remembered: \(error)", &state.told)
        }
    }

    /// Folders in which an image may be, in the order of their names; hidden ones are somebody's work in progress.
    private func candidates(in root: String, _ told: inout Set<String>) -> [String] {
        // Ours is made with the first image.
        guard root != uploads.root || FileManager.default.fileExists(atPath: root) else { return [] }
        do {
            return try FileManager.default.contentsOfDirectory(atPath: root).sorted()
                .filter { !$0.hasPrefix(".") }.map { "\(root)/\($0)" }
                .filter { FileManager.default.fileExists(atPath: "\($0)/\(Manifest.fileName)") }
        } catch {
            tell("folder of images \(root) cannot be read", &told)
            return []
        }
    }

    private func tell(_ words: String, _ told: inout Set<String>) {
        guard told.insert(words).inserted else { return }
        log.warning("\(words)")
    }
}
