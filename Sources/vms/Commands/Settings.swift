/// The options of every command, before or behind its name.
struct Settings: Sendable, Equatable {
    var server: String
    var isJSON = false
    var wantsProgress = false
    var wantsHelp = false

    static let defaultServer = "http://127.0.0.1:8080"

    /// Takes a word that belongs to every command, and its value from the words behind it.
    ///
    /// - Returns: whether the word was one of these.
    /// - Throws: ``UsageError`` where the value is missing.
    mutating func take(_ word: String, _ rest: inout ArraySlice<String>) throws -> Bool {
        if let flag = try FlagWord(word, among: ["json", "progress"], &rest) {
            if flag.name == "json" { isJSON = flag.isOn } else { wantsProgress = flag.isOn }
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
