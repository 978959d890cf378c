internal import Glibc

/// The options of every command; they may precede or follow its name.
struct Settings: Sendable, Equatable {
    /// The address of the server, or a name from ``Credentials``.
    var server: String
    var isJSON = false
    var isCSV = false
    var wantsProgress = false
    var wantsHelp = false

    static let defaultServer = "http://127.0.0.1:8080"

    /// The address of the server, the token for it, and the certificates that vouch for it.
    ///
    /// - Throws: ``UsageError`` for a file of credentials that is damaged, or that others may read.
    func target() throws -> (server: String, token: String?, authority: String?) {
        let variable = { (name: String) in getenv(name).map { String(cString: $0) }.flatMap { $0.isEmpty ? nil : $0 } }
        let authority = try variable("VMS_CA").map { try TextFile.text($0) }
        let credentials = try Credentials.standardPath.map { try Credentials(path: $0) } ?? Credentials()
        let name = server.isEmpty ? credentials.current ?? Self.defaultServer : server
        let entry = credentials.entries[name] ?? credentials.entries.values.first { $0.server == name }
        let token = variable("VMS_TOKEN") ?? entry?.token
        let server = entry?.server ?? name
        if token != nil { try Self.checkMaySendToken(to: server) }
        return (server, token, authority ?? entry?.authority)
    }

    /// - Throws: ``UsageError`` if a token would cross a network unencrypted.
    static func checkMaySendToken(to server: String) throws {
        let text = server.lowercased()
        guard text.hasPrefix("http://") else { return }
        let host = text.dropFirst("http://".count).prefix { $0 != "/" }
        let name = host.hasPrefix("[") ? host.prefix { $0 != "]" } : host.prefix { $0 != ":" }
        let isIPv4 = name.allSatisfy { $0.isNumber || $0 == "." }
        guard isIPv4 && name.hasPrefix("127.") || ["localhost", "[::1"].contains(name) else {
            throw UsageError(
                "\(server.visible) has no TLS, and the token would cross the network unencrypted: use https://")
        }
    }

    /// - Throws: ``UsageError`` if `--csv` was given to a command whose output is no list.
    func checkHasNoCSV(_ command: String) throws(UsageError) {
        guard isCSV else { return }
        throw UsageError("\(command) has no --csv; 'vms call SERVICE --csv' prints the first list of an answer")
    }

    /// Takes a word that is an option of every command, and its value from the following words.
    ///
    /// - Returns: whether the word was such an option.
    /// - Throws: ``UsageError`` if the value is missing.
    mutating func take(_ word: String, _ rest: inout ArraySlice<String>) throws -> Bool {
        if let flag = try FlagWord(word, among: ["json", "csv", "progress"], &rest) {
            switch flag.name {
            case "json": isJSON = flag.isOn
            case "csv": isCSV = flag.isOn
            default: wantsProgress = flag.isOn
            }
            return true
        }
        switch word {
        case "--help", "-h": wantsHelp = true
        case "--server":
            guard let value = rest.popFirst() else { throw UsageError("--server needs the server's address") }
            server = value
        case _ where word.hasPrefix("--server="): server = String(word.dropFirst("--server=".count))
        default: return false
        }
        return true
    }
}
