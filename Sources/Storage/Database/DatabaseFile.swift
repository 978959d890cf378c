internal import FoundationEssentials
internal import GRDB
internal import Glibc
internal import Model

/// A database file and its folder. Only the server's user may read them.
struct DatabaseFile {
    var path: String

    private var folder: String {
        guard let slash = path.lastIndex(of: "/") else { return "." }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }

    /// Creates the folder and the file if they are missing, and removes the access of other users.
    ///
    /// A folder that already holds files may have other uses: its mode is not changed. One in which other users may
    /// write is refused: they could put files of their own in place of the server's.
    ///
    /// - Throws: `storeFailed`.
    func prepare() throws(Refusal) {
        do {
            try FileManager.default.createDirectory(
                atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
            if try FileManager.default.contentsOfDirectory(atPath: folder).isEmpty, chmod(folder, 0o700) != 0 {
                throw Refusal(storeFile: folder, "cannot be protected from other users", error: errno)
            }
            try checkFolder()
        } catch let refusal as Refusal {
            throw refusal
        } catch {
            let reason = Self.words(for: error).map { ": \($0)" } ?? ""
            throw Refusal(.storeFailed, "the data folder \(folder) cannot be used\(reason)", detail: "\(error)")
        }
        // SQLite gives its -wal and -shm files the mode of the database.
        let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard descriptor >= 0 else { throw Refusal(storeFile: path, "cannot be opened", error: errno) }
        defer { close(descriptor) }
        guard fchmod(descriptor, 0o600) == 0 else {
            throw Refusal(storeFile: path, "cannot be protected from other users", error: errno)
        }
        for suffix in ["-wal", "-shm"] where access(path + suffix, F_OK) == 0 { chmod(path + suffix, 0o600) }
    }

    /// - Throws: `storeFailed` with the command that mends it, if another user owns the folder or may write in it.
    private func checkFolder() throws(Refusal) {
        var information = stat()
        guard stat(folder, &information) == 0 else {
            throw Refusal(storeFile: folder, "cannot be read", error: errno)
        }
        let user = geteuid()
        guard [0, user].contains(information.st_uid) else {
            throw Refusal(
                .storeFailed, "the data folder \(folder) belongs to another user: chown \(user) '\(folder)'")
        }
        guard information.st_mode & 0o022 == 0 else {
            throw Refusal(.storeFailed, "other users may write in the data folder \(folder): chmod go-w '\(folder)'")
        }
    }

    /// The system's description of an error; Foundation's own description omits it.
    private static func words(for error: any Error) -> String? {
        guard let cause = (error as? CocoaError)?.underlying as? POSIXError else { return nil }
        return String(cString: strerror(cause.code.rawValue))
    }

    /// Opens the prepared file.
    func pool() throws -> DatabasePool { try DatabasePool(path: path, configuration: Self.configuration) }

    static var configuration: Configuration {
        var configuration = Configuration()
        configuration.foreignKeysEnabled = true
        configuration.busyMode = .timeout(5)
        configuration.maximumReaderCount = 4
        configuration.label = "store"
        return configuration
    }
}
