/// A word that sets a flag: `--name`, `--name=false`, `--name false`, `--no-name`; and `--no-name=false`,
/// which switches it on.
struct FlagWord {
    /// The name without dashes and `no-`.
    let name: String
    let isOn: Bool

    /// - Parameters:
    ///   - word: the word as it was given.
    ///   - names: names of the flags, without dashes.
    ///   - rest: the following words; `true` or `false` is removed from them.
    /// - Returns: `nil` where the word is none of these flags.
    /// - Throws: ``UsageError`` for a value that is neither true nor false.
    init?(_ word: String, among names: some Sequence<String>, _ rest: inout ArraySlice<String>) throws {
        guard word.hasPrefix("--") else { return nil }
        let parts = word.dropFirst(2).split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            .map(String.init)
        let given = parts.first ?? ""
        guard let name = names.first(where: { given == $0 || given == "no-" + $0 }) else { return nil }
        self.name = name
        let isPlain = given == name
        if parts.count == 2 {
            guard let value = Self.value(parts[1]) else {
                throw UsageError("--\(given) is '\(parts[1].visible)': must be true or false")
            }
            isOn = value == isPlain
        } else if let next = rest.first, let value = Self.value(next) {
            rest.removeFirst()
            isOn = value == isPlain
        } else {
            isOn = isPlain
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
