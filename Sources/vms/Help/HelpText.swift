/// Text in columns for a terminal of 80 columns; the width is two less, because the argument parser breaks longer lines
/// again.
enum HelpText {
    static let width = 78

    /// A name, and its text from a column on; the text begins below a name that is too long.
    static func entry(_ name: String, _ text: String, indent: Int, column: Int) -> String {
        let start = String(repeating: " ", count: indent) + name
        let margin = String(repeating: " ", count: column)
        let lines = wrapped(text, to: width - column)
        guard let first = lines.first else { return start + "\n" }
        let fits = start.count + 2 <= column
        let head = fits ? start + String(repeating: " ", count: column - start.count) + first : start
        let rest = fits ? Array(lines.dropFirst()) : lines
        return ([head] + rest.map { margin + $0 }).map { $0 + "\n" }.joined()
    }

    /// Breaks a text at spaces into lines of at most `width` characters.
    static func wrapped(_ text: String, to width: Int) -> [String] {
        text.split(separator: " ").reduce(into: [String]()) { lines, word in
            if let last = lines.last, last.count + 1 + word.count <= width {
                lines[lines.count - 1] = last + " " + word
            } else {
                lines.append(String(word))
            }
        }
    }
}
