internal import Control
internal import Model

/// Looks whether the copy of an image's file on a host is what was to be sent.
struct CopyCheck {
    enum Verdict: Equatable {
        case whole
        /// With what was found there.
        case other(String)
        /// Nobody can be asked: no shell, or one that may not read what libvirtd wrote.
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

    /// Has the host read what is there.
    ///
    /// - Throws: `notOffered` where the host has no program for that.
    func verdict() async throws -> Verdict {
        guard let shell = opened.route.shell else { return .unknown }
        let path = try await Volumes(opened.connection).path(send.volume)
        // At the pace of a slow disk, 20 MB/s.
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

    /// Whether there is a copy, and surely a whole one: nobody of us may have sent it, and others may use it.
    func finds() async -> Bool {
        let volumes = Volumes(opened.connection)
        guard (try? await volumes.known(send.volume)) == true else { return false }
        return await (try? verdict()) == .whole
    }
}
