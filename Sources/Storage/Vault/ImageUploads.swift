internal import Control
internal import Crypto
internal import FoundationEssentials
internal import Glibc
internal import Model

/// Unfinished image uploads, each in a folder of its own under `.uploads`, where it is not taken for an image.
///
/// The name of an upload is derived from its draft, so that a repeated draft finds the bytes that have already arrived,
/// also after a crash of the client or the server.
struct ImageUploads {
    /// The folder of the added images.
    let root: String

    /// Largest file in bytes.
    static let largestFile: Int64 = 1 << 40

    /// Free space reserved for the database, in bytes.
    private static let reserve: Int64 = 64 << 20

    private var folder: String { root + "/.uploads" }

    static func name(of draft: ImageDraft) throws(Refusal) -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys]
        guard let json = try? encoder.encode(draft) else {
            throw Refusal(.imageInvalid, .manifest, "the manifest cannot be stored as text")
        }
        return String(FileHash.text(SHA256.hash(data: json)).text.prefix(32))
    }

    func path(of upload: String) -> String { "\(folder)/\(upload)" }

    /// Creates the folder if it is missing, and returns the files that have not arrived completely.
    func missing(_ draft: ImageDraft, _ upload: String, now: Date = Date()) throws(Refusal) -> [ImageAddition.Missing] {
        var missing: [ImageAddition.Missing] = []
        var needed: Int64 = 0
        for file in draft.files {
            let received = FileStamp(path: path(of: upload) + "/" + file.name)?.size ?? 0
            guard received < file.size else { continue }
            missing.append(.init(name: file.name, received: received))
            needed = needed.plus(file.size.minus(received))
        }
        try make()
        // An upload that is only announced does not block others for long.
        var idle = all(now: now).filter { $0.upload != upload && now.timeIntervalSince($0.lastPiece) > Self.idleLimit }
            .map(\.upload)[...]
        while let refusal = shortage(of: needed, for: upload, of: draft.team) {
            guard let longest = idle.popFirst() else { throw refusal }
            discard(longest)
        }
        try Self.make(path(of: upload))
        try write(draft, to: upload)
        return missing
    }

    /// The reason why no further upload is accepted now. Space promised to other uploads counts as used.
    private func shortage(of needed: Int64, for upload: String, of team: TeamID?) -> Refusal? {
        let others = names.filter { $0 != upload }
        if let team, others.count(where: { draft(of: $0)?.team == team }) >= Self.mostOfTeam {
            return Refusal(
                .storageFull,
                "the team has \(Self.mostOfTeam) unfinished uploads of images, which is the maximum: complete one, or cancel "
                    + "one with cancelImageUpload (listImageUploads lists them)")
        }
        guard others.count < Self.most else {
            return Refusal(
                .storageFull,
                "\(others.count) image uploads are unfinished, which is the maximum: complete one, cancel one with "
                    + "cancelImageUpload (listImageUploads lists them), or wait until one has been idle for an hour")
        }
        guard let free = room else { return nil }
        let promised = others.reduce(Int64(0)) { $0.plus(outstanding(of: $1)) }
        guard needed.plus(promised).plus(Self.reserve) > free else { return nil }
        return Refusal(
            .storageFull,
            "the server has \(free >> 20) MiB left for images, of which \(promised >> 20) MiB are reserved for other uploads "
                + "(listImageUploads); this upload still needs \((needed >> 20) + 1) MiB")
    }

    /// The maximum number of unfinished uploads of a team, so that no team uses up those of all.
    private static let mostOfTeam = 20

    /// The idle time, in seconds, after which an upload is discarded if another upload needs its place.
    private static let idleLimit = 3600.0

    /// All unfinished uploads, the longest idle first.
    func all(now: Date = Date()) -> [IncompleteUpload] {
        names.compactMap { upload in
            guard let draft = draft(of: upload) else { return nil }
            let manifest = try? Manifest(Array(draft.manifest.utf8))
            let size = draft.files.reduce(Int64(0)) { $0.plus($1.size) }
            var one = IncompleteUpload(
                upload: upload, name: manifest?.name ?? "", version: manifest?.version ?? "",
                received: size.minus(outstanding(of: upload)), size: size, lastPiece: lastPiece(of: upload) ?? now)
            one.team = draft.team
            return one
        }.sorted { ($0.lastPiece, $0.upload) < ($1.lastPiece, $1.upload) }
    }

    /// The time at which the last piece of the upload arrived.
    private func lastPiece(of upload: String) -> Date? {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: path(of: upload))) ?? []
        let last = names.compactMap { FileStamp(path: "\(path(of: upload))/\($0)")?.modified }.max()
        return last.flatMap { Date(told: Double($0) / 1e9) }
    }

    /// Maximum number of unfinished uploads.
    private static let most = 100

    /// Free space in bytes; `nil` if the system does not report it.
    private var room: Int64? {
        var room = statvfs()
        guard statvfs(folder, &room) == 0 else { return nil }
        return Int64(clamping: room.f_bavail).times(Int64(clamping: room.f_frsize))
    }

    private var names: [String] { (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? [] }

    private func draft(of upload: String) -> ImageDraft? {
        guard let data = FileManager.default.contents(atPath: path(of: upload) + "/" + Self.draftName) else {
            return nil
        }
        return try? JSONDecoder().decode(ImageDraft.self, from: data)
    }

    /// Number of bytes of an upload that have not arrived.
    private func outstanding(of upload: String) -> Int64 {
        (draft(of: upload)?.files ?? []).reduce(0) { sum, file in
            let received = FileStamp(path: path(of: upload) + "/" + file.name)?.size ?? 0
            return sum.plus(max(file.size.minus(received), 0))
        }
    }

    /// Creates the folder of all uploads.
    func make() throws(Refusal) { try Self.make(folder) }

    private static func make(_ folder: String) throws(Refusal) {
        do {
            try FileManager.default.createDirectory(
                atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        } catch {
            throw Refusal(
                .internalError, "the server's folder of images cannot be written", detail: String(describing: error))
        }
    }

    /// Writes the manifest, and the draft with the length of each file.
    private func write(_ draft: ImageDraft, to upload: String) throws(Refusal) {
        do {
            let place = URL(filePath: path(of: upload))
            try Data(draft.manifest.utf8).write(to: place.appending(path: Manifest.fileName), options: .atomic)
            try JSONEncoder().encode(draft).write(to: place.appending(path: Self.draftName), options: .atomic)
        } catch {
            throw Self.failure("cannot be written", detail: String(describing: error))
        }
    }

    private static let draftName = ".draft.json"

    /// Writes the next piece of a file.
    ///
    /// - Returns: the number of bytes of the file that have arrived.
    func append(_ bytes: [UInt8], at offset: Int64, to file: String, of upload: String) throws(Refusal) -> Int64 {
        let announced = try self.file(file, of: upload)
        let path = path(of: upload) + "/" + file
        let descriptor = open(path, O_WRONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard descriptor >= 0 else { throw Self.failure(errno) }
        defer { close(descriptor) }
        let received = FileStamp(descriptor: descriptor)?.size ?? 0
        guard offset == received else {
            throw Refusal(
                .uploadMismatch, .uploadOffset,
                "\(.uploadOffset) is '\(offset)': \(received) bytes of '\(file)' have arrived; continue from there",
                value: "\(offset)")
        }
        guard received + Int64(bytes.count) <= announced.size else {
            throw Refusal(
                .uploadMismatch, .size, "'\(file)' was announced with \(announced.size) bytes, but more were sent",
                value: "\(announced.size)")
        }
        if let free = room, Int64(bytes.count).plus(Self.reserve) > free { throw Self.failure(ENOSPC) }
        // One call for a piece of at most a few MiB. A short write means a full disk, which the next call reports.
        let written = bytes.withUnsafeBytes { pwrite(descriptor, $0.baseAddress, $0.count, off_t(received)) }
        guard written == bytes.count else {
            let error = written < 0 ? errno : ENOSPC
            throw Self.failure(error)
        }
        return received.plus(Int64(clamping: written))
    }

    private func file(_ name: String, of upload: String) throws(Refusal) -> ImageDraft.File {
        guard Self.isName(upload), let draft = self.draft(of: upload) else { throw Self.notFound(upload) }
        guard let file = draft.files.first(where: { $0.name == name }) else {
            throw Refusal(
                .uploadNotFound,
                "the upload has no file '\(name.shown)'; it has "
                    + draft.files.map(\.name).joined(separator: ", "), value: name.shown)
        }
        return file
    }

    private static func isName(_ upload: String) -> Bool {
        upload.utf8.count == 32 && upload.utf8.allSatisfy { "0123456789abcdef".utf8.contains($0) }
    }

    private static func notFound(_ upload: String) -> Refusal {
        Refusal(
            .uploadNotFound, .upload,
            "no upload is called '\(upload.shown)': it has ended, or addImage has not begun it", value: upload.shown)
    }

    /// Discards an upload, with the bytes that have arrived.
    ///
    /// - Throws: `uploadNotFound`, `internalError`.
    func cancel(_ upload: String) throws(Refusal) {
        guard Self.isName(upload), FileStamp(path: path(of: upload) + "/" + Self.draftName) != nil else {
            throw Self.notFound(upload)
        }
        do {
            try FileManager.default.removeItem(atPath: path(of: upload))
        } catch {
            throw Self.failure("upload could not be removed", detail: String(describing: error))
        }
    }

    /// Makes a complete upload durable.
    func makeDurable(_ upload: String, files: [String]) throws(Refusal) {
        unlink(path(of: upload) + "/" + Self.draftName)
        for file in files + [Manifest.fileName, "."] {
            let descriptor = open("\(path(of: upload))/\(file)", O_RDONLY | O_CLOEXEC)
            guard descriptor >= 0 else { throw Self.failure(errno) }
            defer { close(descriptor) }
            guard fsync(descriptor) == 0 else { throw Self.failure(errno) }
        }
    }

    /// Moves a complete upload to the images.
    func place(_ upload: String, as place: String) throws(Refusal) {
        guard rename(path(of: upload), place) == 0 else { throw Self.failure(errno) }
    }

    func discard(_ upload: String) { try? FileManager.default.removeItem(atPath: path(of: upload)) }

    /// Discards uploads that have received nothing for the given number of seconds.
    func discard(olderThan seconds: Double, now: Date) {
        for upload in names {
            let last = lastPiece(of: upload) ?? Date(timeIntervalSince1970: 0)
            if now.timeIntervalSince(last) > seconds { discard(upload) }
        }
    }

    private static func failure(_ error: CInt) -> Refusal {
        if error == ENOSPC || error == EDQUOT {
            return Refusal(.storageFull, "the server has no room left for the image")
        }
        return failure("cannot be written", detail: String(cString: strerror(error)))
    }

    private static func failure(_ words: String, detail: String) -> Refusal {
        Refusal(.internalError, "the image \(words) on the server", detail: detail)
    }
}
