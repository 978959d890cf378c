internal import Control
internal import Model

/// Checks whether the copy of an image's file on a host is complete and correct.
struct CopyCheck {
    enum Verdict: Equatable {
        case whole
        /// The content differs, with a description of it.
        case other(String)
        /// The host cannot check it: there is no shell, or it may not read the file that libvirtd wrote.
        case unknown
    }

    private let send: SendImage
    private let file: StoredFile
    private let opened: HostSession.Opened

    init(_ send: SendImage, _ file: StoredFile, on opened: HostSession.Opened) {
        self.send = send
        self.file = file
        self.opened = opened
    }

    /// Lets the host read the copy and compares the digests.
    ///
    /// - Throws: `notOffered` if the host has no program for that.
    func verdict() async throws -> Verdict {
        guard let shell = opened.route.shell else { return .unknown }
        let path = try await Volumes(opened.connection).path(send.volume)
        // Allow for the rate of a slow disk, 20 MB/s.
        let seconds = Int(clamping: (send.file.size / 20_000_000).plus(30))
        switch try await shell.run(DigestFile(path: path), seconds: seconds) {
        case .unreadable: return .unknown
        case .data(let found): return verdict(path, "data", found, file.dataDigest)
        case .whole(let found): return verdict(path, "whole", found, send.file.digest)
        }
    }

    private func verdict(_ path: String, _ kind: String, _ found: String, _ expected: Digest) -> Verdict {
        found == expected.text
            ? .whole : .other("\(path): SHA-256 (\(kind)) is \(found.shown), not \(expected.text)")
    }

    /// Whether there is a copy that is certainly complete. Others may have sent it, and may use it.
    func findsWhole() async -> Bool {
        let volumes = Volumes(opened.connection)
        guard (try? await volumes.exists(send.volume)) == true else { return false }
        return await (try? verdict()) == .whole
    }
}
