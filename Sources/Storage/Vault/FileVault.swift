internal import Control
internal import Dispatch
internal import FoundationEssentials
package import Logging
package import Model
internal import Synchronization

/// The images in some folders of the server's disk: each is a folder with a `manifest.json` and the files it names.
///
/// Opening reads nothing. The first ``images()`` digests what it has never seen; after that a call costs a few `stat`s
/// until something changes. A server that calls ``images()`` in the background at its start has it done in time.
package final class FileVault: ImageVault {
    private struct State {
        var book: DigestBook
        var folders: [String: ImageFolder] = [:]
        var told: Set<String> = []
    }

    private let roots: [String]
    private let log: Logger
    /// Reading gigabytes must hold up neither callers nor Swift's few threads.
    private let queue = DispatchQueue(label: "image-vault")
    /// Used on the queue only, which is why it is never waited for.
    private let state: Mutex<State>
    /// Path of each file, and the folder that told of it; for callers that do not wait for a scan.
    private let index = Mutex<[Digest: (path: String, folder: ImageFolder)]>([:])

    /// - Parameters:
    ///   - folders: where the images' folders are. Of two images of one name, the one found first counts.
    ///   - dataFolder: where digests are remembered, in `image-digests.json`.
    package init(folders: [String], dataFolder: String, log: Logger) {
        roots = folders
        self.log = log
        state = Mutex(State(book: DigestBook(path: dataFolder + "/image-digests.json")))
    }

    package func images() async throws(Refusal) -> [Image] {
        await withCheckedContinuation { continuation in
            queue.async { [self] in continuation.resume(returning: state.withLock { scan(&$0) }) }
        }
    }

    package func path(of digest: Digest) async throws(Refusal) -> String {
        if let path = knownPath(of: digest) { return path }
        _ = try await images()
        if let path = knownPath(of: digest) { return path }
        throw Refusal(
            .imageNotFound, "no image has a file with digest \(digest.text.shown) any more: it was changed or removed",
            value: digest.text.shown)
    }

    private func knownPath(of digest: Digest) -> String? {
        index.withLock { $0[digest] }.flatMap { $0.folder.isCurrent($0.path) ? $0.path : nil }
    }

    /// Images in the order of their names.
    private func scan(_ state: inout State) -> [Image] {
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
                if let other = images[image.name] {
                    tell(
                        "image folder \(path) is left out: \(other.folder) has an image '\(image.name)' too",
                        &state.told)
                } else {
                    images[image.name] = (image, path)
                }
            }
        }
        isChanged = isChanged || folders.count != state.folders.count
        state.folders = folders
        if isChanged { publish(&state) }
        return images.values.map(\.image).sorted { $0.name < $1.name }
    }

    private func publish(_ state: inout State) {
        var found: [Digest: (path: String, folder: ImageFolder)] = [:]
        for folder in state.folders.values {
            for (digest, path) in folder.paths { found[digest] = (path, folder) }
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
