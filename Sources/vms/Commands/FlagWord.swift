/// A word that switches something on or off: `--name`, `--name=false`, `--name false` or `--no-name`.
struct FlagWord {
    /// Behind the dashes, without `no-`.
    let name: String
    let isOn: Bool

    /// - Parameters:
    ///   - word: what was given.
    ///   - names: of flags that there are, without dashes.
    ///   - rest: the words behind it; `true` or `false` is taken from them.
    /// - Returns: `nil` where the word is none of these flags.
    /// - Throws: ``UsageError`` for a value that is neither true nor false.
    init?(_ word: String, among names: some Sequence<String>, _ rest: inout ArraySlice<String>) throws {
        guard word.hasPrefix("--") else { return nil }
        let parts = word.dropFirst(2).split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            .map(String.init)
        let given = parts.first ?? ""
        if let name = names.first(where: { "no-" + $0 == given }) {
            guard parts.count == 1 else { throw UsageError("--\(given) takes no value") }
            self.name = name
            isOn = false
            return
        }
        guard let name = names.first(where: { $0 == given }) else { return nil }
        self.name = name
        if parts.count == 2 {
            guard let value = Self.value(parts[1]) else {
                throw UsageError("--\(given) is '\(parts[1].visible)': must be true or false")
            }
            isOn = value
        } else if let next = rest.first, let value = Self.value(next) {
            rest.removeFirst()
            isOn = value
        } else {
            isOn = true
        }
    }

    private static func value(_ text: String) -> Bool? {
        switch text.lowercased() {
        case "true": true
        case "false": false
        default: nil
        }
    }
}
