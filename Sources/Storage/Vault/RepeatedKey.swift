internal import FoundationEssentials

/// Finds a member that an object of a JSON text has twice. Foundation's decoder keeps one of them without a word.
struct RepeatedKey {
    private let bytes: [UInt8]

    /// - Parameter json: a text that is JSON; of anything else nothing is found.
    init(_ json: [UInt8]) { bytes = json }

    var found: String? {
        // Of each object or array that is open: the names so far; arrays have none.
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

    /// Behind the closing quote.
    private func endOfText(from start: Int) -> Int {
        var position = start + 1
        while position < bytes.count, bytes[position] != UInt8(ascii: "\"") {
            position += bytes[position] == UInt8(ascii: "\\") ? 2 : 1
        }
        return min(position + 1, bytes.count)
    }

    /// With its escapes resolved: a name may be spelled in several ways.
    private func text(_ range: Range<Int>) -> String {
        let quoted = Array(bytes[range])
        guard let words = try? JSONDecoder().decode([String].self, from: Data([0x5B] + quoted + [0x5D])),
            let word = words.first
        else { return String(decoding: quoted, as: UTF8.self) }
        return word
    }
}
