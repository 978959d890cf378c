internal import Model

/// Parses lines that refer to the elements of a request by their numbers, from 1: `WORD NUMBER`, with an optional
/// figure.
enum NumberedLines {
    /// Returns the elements of `requested` that lines with `word` mention. Invalid numbers are skipped.
    static func read<Element>(
        _ text: String, _ word: String, of requested: [Element]
    ) -> [(element: Element, figure: Substring?)] {
        text.split(whereSeparator: \.isNewline).compactMap { line in
            let words = line.split(separator: " ")
            guard words.count >= 2, words[0] == word, let number = Int(told: words[1], in: Foreign.count),
                let element = requested.numbered(number)
            else { return nil }
            return (element, words.count > 2 ? words[2] : nil)
        }
    }
}
