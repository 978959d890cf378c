/// A word `path=value`, `path=@FILE` or `path:=JSON`, in its parts.
struct Assignment: Equatable {
    enum Value: Equatable {
        case text(String)
        case file(String)
        case json(String)
    }

    /// The names and numbers between the dots.
    var path: [String]
    var value: Value

    /// - Throws: ``UsageError`` for a word without `=` or with an empty name.
    init(_ word: String) throws {
        guard let equals = word.firstIndex(of: "=") else {
            throw UsageError("'\(word.visible)' must be field=value, field=@FILE or field:=JSON")
        }
        let rest = String(word[word.index(after: equals)...])
        var key = word[..<equals]
        if key.hasSuffix(":") {
            key.removeLast()
            value = .json(rest)
        } else {
            value = Self.value(of: rest)
        }
        path = key.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
        guard path.allSatisfy({ !$0.isEmpty }) else {
            throw UsageError("'\(word.visible)' must have a field's name before the '='")
        }
    }

    /// The value after a plain `=` or an option: text, or a file's name after `@`.
    static func value(of text: String) -> Value {
        text.hasPrefix("@") ? .file(String(text.dropFirst())) : .text(text)
    }
}

extension Assignment {
    init(path: [String], value: Value) {
        self.path = path
        self.value = value
    }
}
