internal import FoundationEssentials

/// Finds a repeated key in an object of a JSON text. Foundation's decoder silently keeps one of the two values.
struct RepeatedKey {
    private let bytes: [UInt8]

    /// - Parameter json: valid JSON; in any other text no key is found.
    init(_ json: [UInt8]) { bytes = json }

    var found: String? {
        // The keys so far of each open object or array; an array has none.
        var open: [Set<String>] = []
        var position = 0
        var last = ""
        while position < bytes.count {
            switch bytes[position] {
            case UInt8(ascii: "\""):
                let end = endOfText(from: position)
                last = text(position..<end)
                position = end
                continue
            case UInt8(ascii: "{"), UInt8(ascii: "["): open.append([])
            case UInt8(ascii: "}"), UInt8(ascii: "]"): _ = open.popLast()
            case UInt8(ascii: ":") where !open.isEmpty:
                if !open[open.count - 1].insert(last).inserted { return last }
            default: break
            }
            position += 1
        }
        return nil
    }

    /// The position after the closing quote.
    private func endOfText(from start: Int) -> Int {
        var position = start + 1
        while position < bytes.count, bytes[position] != UInt8(ascii: "\"") {
            position += bytes[position] == UInt8(ascii: "\\") ? 2 : 1
        }
        return min(position + 1, bytes.count)
    }

    /// The text with its escapes resolved: a key may be spelled in several ways.
    private func text(_ range: Range<Int>) -> String {
        let quoted = Array(bytes[range])
        guard let words = try? JSONDecoder().decode([String].self, from: Data([0x5B] + quoted + [0x5D])),
            let word = words.first
        else { return String(decoding: quoted, as: UTF8.self) }
        return word
    }
}
