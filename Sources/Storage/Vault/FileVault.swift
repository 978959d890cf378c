package import Control
internal import Dispatch
internal import FoundationEssentials
package import Logging
package import Model
internal import Synchronization

/// The images in some folders of the server's disk. An image is a folder with a `manifest.json` and the files that it
/// names. Images are added to the folder `images` of the data folder. Other folders belong to the operator, who may
/// change them.
///
/// Opening reads nothing. The first ``images()`` digests all new files; after that a call costs a few `stat`s until a
/// file changes. A server calls ``images()`` in the background at its start, so that later callers need not wait.
package final class FileVault: ImageVault {
    struct State {
        var book: DigestBook
        var folders: [String: ImageFolder] = [:]
        var logged: Set<String> = []
    }

    private let roots: [String]
    let uploads: ImageUploads
    private let log: Logger
    /// Serves callers of the list of images: short work only, and never on the few threads of Swift's concurrency pool.
    let queue = DispatchQueue(label: "image-vault")
    /// Receives pieces of uploads.
    let arrivals = DispatchQueue(label: "image-vault-arrivals")
    /// Reads complete uploads (gigabytes), one after the other.
    let checks = DispatchQueue(label: "image-vault-checks")
    /// Called before each upload is read; tests use it to hold the check.
    private let beforeCheck: @Sendable () -> Void
    /// Used on the queue only, so that no thread ever waits for the lock.
    private let state: Mutex<State>
    /// Each file, and the folder that names it, for callers that do not wait for a scan.
    private let index = Mutex<[Digest: (file: StoredFile, folder: ImageFolder)]>([:])

    /// Creates the vault without reading any file.
    ///
    /// - Parameters:
    ///   - folders: further folders of images. Of two images with the same name and version, the first one found is
    ///     used.
    ///   - dataFolder: holds added images in `images`, and the digest cache in `image-digests.json`.
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

    /// Runs work that may take a while on a queue, in order.
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

    /// Runs work on ``queue`` from another queue. ``queue`` itself waits for no other queue.
    func runOnQueue<Value: Sendable>(
        _ body: @Sendable (FileVault) throws(Refusal) -> Value
    ) throws(Refusal) -> Value {
        try queue.sync { Result { () throws(Refusal) in try body(self) } }.get()
    }

    /// Reads a complete upload, and checks that it arrived intact and is an image.
    ///
    /// - Returns: the image, and the digests of its files by their path.
    func check(_ draft: ImageDraft, _ upload: String) throws(ImageProblem) -> (image: Image, book: DigestBook) {
        beforeCheck()
        let folder = uploads.path(of: upload)
        var book = DigestBook()
        // The digests come first: damage on the way may cause every other problem.
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

    /// The folder of an existing image.
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
                .imageNotFound, .image, "image '\(image.name)' no longer exists", value: image.name)
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

    /// Reads the folders and returns the images in the order of their names.
    func scan(_ state: inout State) -> [Image] {
        var isChanged = false
        var images: [String: (image: Image, folder: String)] = [:]
        var folders: [String: ImageFolder] = [:]
        for path in roots.flatMap({ candidates(in: $0, &state.logged) }) where folders[path] == nil {
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
                warn("image folder \(path) is left out: \(problem.words)", &state.logged)
            case .success(let image):
                if let other = images[image.reference] {
                    warn(
                        "image folder \(path) is left out: \(other.folder) has an image '\(image.reference)' too",
                        &state.logged)
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
            warn("image digests cannot be saved: \(error)", &state.logged)
        }
    }

    /// Folders that may hold an image, in the order of their names. Hidden folders are work in progress.
    private func candidates(in root: String, _ logged: inout Set<String>) -> [String] {
        // The server's own folder is created with the first image.
        guard root != uploads.root || FileManager.default.fileExists(atPath: root) else { return [] }
        do {
            return try FileManager.default.contentsOfDirectory(atPath: root).sorted()
                .filter { !$0.hasPrefix(".") }.map { "\(root)/\($0)" }
                .filter { FileManager.default.fileExists(atPath: "\($0)/\(Manifest.fileName)") }
        } catch {
            warn("folder of images \(root) cannot be read", &logged)
            return []
        }
    }

    private func warn(_ words: String, _ logged: inout Set<String>) {
        guard logged.insert(words).inserted else { return }
        log.warning("\(words)")
    }
}
