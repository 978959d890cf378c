internal import Model

/// Lines of a script that tell of what it was asked about by its number, from 1: `WORD NUMBER`, and perhaps a figure.
enum NumberedLines {
    /// What is told of `asked` in lines that begin with `word`; numbers of nothing are left out.
    static func read<Element>(
        _ text: String, _ word: String, of asked: [Element]
    ) -> [(element: Element, figure: Substring?)] {
        text.split(whereSeparator: \.isNewline).compactMap { line in
            let words = line.split(separator: " ")
            guard words.count >= 2, words[0] == word, let number = Int(told: words[1], in: Foreign.count),
                let element = asked.numbered(number)
            else { return nil }
            return (element, words.count > 2 ? words[2] : nil)
        }
    }
}
