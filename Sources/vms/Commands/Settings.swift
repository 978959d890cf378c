/// The options of every command; they may precede or follow its name.
struct Settings: Sendable, Equatable {
    var server: String
    var isJSON = false
    var wantsProgress = false
    var wantsHelp = false

    static let defaultServer = "http://127.0.0.1:8080"

    /// Takes a word that is an option of every command, and its value from the following words.
    ///
    /// - Returns: whether the word was such an option.
    /// - Throws: ``UsageError`` if the value is missing.
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
