internal import Glibc
internal import VMSAPI

/// The servers that the user has logged in to, with their tokens, in a file that only the user may read.
///
///     {"current": "lab", "servers": {"lab": {"server": "https://…", "token": "vms_…"}}}
struct Credentials: Sendable, Equatable {
    struct Entry: Sendable, Equatable {
        var server: String
        var token: String
        /// The certificates in PEM that vouch for the server; `nil` for those that the system trusts.
        var authority: String?
    }

    /// The name of the server for commands without `--server`.
    var current: String?
    var entries: [String: Entry] = [:]

    /// `$XDG_CONFIG_HOME/vms/servers.json`, by default in `~/.config`; `nil` without a home folder.
    static var standardPath: String? {
        let variable = { (name: String) in
            getenv(name).map { String(cString: $0) }.flatMap { $0.hasPrefix("/") ? $0 : nil }
        }
        guard let folder = variable("XDG_CONFIG_HOME") ?? variable("HOME").map({ $0 + "/.config" }) else { return nil }
        return folder + "/vms/servers.json"
    }

    init() {}

    /// Reads the file; none is the same as an empty one.
    ///
    /// - Throws: ``UsageError`` for a file that others may read, or that is no such file.
    init(path: String) throws {
        var information = stat()
        guard stat(path, &information) == 0 else { return }
        guard information.st_mode & 0o077 == 0 else {
            throw UsageError("\(path.visible) holds tokens, and others may read it: chmod 600 '\(path.visible)'")
        }
        let malformed = UsageError("\(path.visible) is damaged: remove it, and log in again")
        guard let value = try? JSONReader.value(of: try TextFile.bytes(path, atMost: 1 << 20)),
            let members = value.members
        else { throw malformed }
        current = members.first { $0.name == "current" }?.value.text
        for member in members.first(where: { $0.name == "servers" })?.value.members ?? [] {
            let parts = member.value.members ?? []
            guard let server = parts.first(where: { $0.name == "server" })?.value.text,
                let token = parts.first(where: { $0.name == "token" })?.value.text
            else { throw malformed }
            let authority = parts.first { $0.name == "authority" }?.value.text
            entries[member.name] = Entry(server: server, token: token, authority: authority)
        }
    }

    /// Writes the file: to a new one with mode 0600, which then takes its place.
    ///
    /// - Throws: ``UsageError`` if it cannot be written.
    func write(to path: String) throws {
        let folder = String(path[..<(path.lastIndex(of: "/") ?? path.startIndex)])
        for index in folder.indices where folder[index] == "/" && index != folder.startIndex {
            mkdir(String(folder[..<index]), 0o755)
        }
        mkdir(folder, 0o700)
        let servers = entries.sorted { $0.key < $1.key }.map { name, entry in
            let authority = entry.authority.map { [WireValue.Member("authority", .string($0))] } ?? []
            return WireValue.Member(
                name,
                .object([.init("server", .string(entry.server)), .init("token", .string(entry.token))] + authority))
        }
        let current = current.map { [WireValue.Member("current", .string($0))] } ?? []
        let bytes = JSONWriter.bytes(of: .object(current + [.init("servers", .object(servers))]))
        let draft = path + ".new"
        unlink(draft)
        let descriptor = open(draft, O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard descriptor >= 0 else { throw Self.unwritable(path) }
        let count = bytes.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
        guard count == bytes.count, fsync(descriptor) == 0, close(descriptor) == 0, rename(draft, path) == 0 else {
            throw Self.unwritable(path)
        }
    }

    private static func unwritable(_ path: String) -> UsageError {
        UsageError("cannot write \(path.visible): \(String(cString: strerror(errno)))")
    }

    /// The name under which a server is kept if the user chooses none: its host.
    static func name(of server: String) -> String {
        let rest = server.split(separator: "//", maxSplits: 1).last ?? ""
        return String(rest.prefix { $0 != "/" })
    }
}
