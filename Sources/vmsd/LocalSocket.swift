internal import Glibc
internal import Logging

/// The Unix socket by which programs of the operator call the server without a credential: only its own user, and root,
/// can open files of the data folder.
struct LocalSocket {
    let path: String

    /// The longest path of a socket, in bytes (unix(7)).
    static let longest = 107

    static func path(in data: String) -> String { data + "/vmsd.sock" }

    /// Removes the socket of a server that was killed: the lock of the database excludes another one that runs.
    ///
    /// - Returns: `nil` for a server whose data are in memory, and if the path is too long.
    init?(_ settings: ServerSettings, _ log: Logger) throws {
        guard settings.simulation == nil || settings.isDataChosen else { return nil }
        path = Self.path(in: settings.data)
        guard path.utf8.count <= Self.longest else {
            log.notice("no local socket: the path of the data folder is too long", metadata: ["path": "\(path)"])
            return nil
        }
        unlink(path)
    }
}
