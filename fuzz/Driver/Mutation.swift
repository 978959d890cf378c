/// Derives invalid inputs from valid ones. The same seed gives the same inputs.
struct Mutation {
    private var state: UInt64
    private let corpus: [[UInt8]]
    private let words: [[UInt8]]
    /// Maximum length of an input in bytes. Longer ones find nothing more, and take longer.
    static let longest = 8192

    /// Values that often break parsers, whatever they parse.
    private static let common: [String] = [
        "0", "-0", "1", "-1", "127", "128", "255", "256", "32767", "32768", "65535", "65536", "2147483647",
        "2147483648",
        "4294967295", "4294967296", "9223372036854775807", "9223372036854775808", "-9223372036854775808",
        "-9223372036854775809", "18446744073709551615", "18446744073709551616", "1e300", "-1e300", "1e-300", "1e999",
        "inf",
        "-inf", "nan", "0x7fffffffffffffff", "", " ", "  ", "\n", "\r\n", "\t", "\u{0}", "\u{1B}[2J", "\u{7F}",
        "\u{85}",
        "\u{2028}", "\u{FEFF}", "-", "/", "//", ".", "..", ":", "::", "/0", "/31", "/32", "/127", "/128", "%s", "\\",
        "'", "\"",
        "{", "}", "[", "]", "<", ">", "&", "&#0;", "<![CDATA[", "]]>", "<!--", "<?", "*a", "&a", "<<: ", "- ", ": ",
        "#",
    ]

    init(seed: UInt64, corpus: [[UInt8]]) {
        state = seed
        self.corpus = corpus.isEmpty ? [[]] : corpus
        // Words of valid inputs, to be put in wrong places.
        let own = Set(
            corpus.flatMap { input in input.split { !Self.isWord($0) }.filter { $0.count < 40 }.map(Array.init) })
        words = Self.common.map { Array($0.utf8) } + own.sorted { $0.lexicographicallyPrecedes($1) }.prefix(1000)
    }

    private static func isWord(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2D...0x2F, 0x3A, 0x5F, 0x80...: true
        default: false
        }
    }

    /// SplitMix64 (Steele, Lea, Flood: Fast Splittable Pseudorandom Number Generators, 2014).
    private mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    private mutating func number(below limit: Int) -> Int { limit <= 1 ? 0 : Int(next() % UInt64(limit)) }

    private mutating func choice(of items: [[UInt8]]) -> [UInt8] { items[number(below: items.count)] }

    private mutating func range(in bytes: [UInt8], atMost most: Int) -> Range<Int> {
        let start = number(below: bytes.count + 1)
        return start..<min(bytes.count, start + number(below: most) + 1)
    }

    mutating func input() -> [UInt8] {
        var bytes = choice(of: corpus)
        for _ in 0...number(below: 4) { change(&bytes) }
        if bytes.count > Self.longest { bytes.removeLast(bytes.count - Self.longest) }
        return bytes
    }

    private mutating func change(_ bytes: inout [UInt8]) {
        let place = number(below: bytes.count + 1)
        switch number(below: 12) {
        case 0 where place < bytes.count: bytes[place] ^= 1 << UInt8(number(below: 8))
        case 1 where place < bytes.count: bytes[place] = UInt8(truncatingIfNeeded: next())
        case 2: bytes.removeSubrange(range(in: bytes, atMost: 16))
        case 3: bytes.removeLast(bytes.count - place)
        case 4:
            let part = bytes[range(in: bytes, atMost: 64)]
            bytes.insert(contentsOf: part, at: place)
        case 5:
            let other = choice(of: corpus)
            bytes.replaceSubrange(place..., with: other[number(below: other.count + 1)...])
        case 6:
            let other = choice(of: corpus)
            let part = range(in: other, atMost: 64)
            bytes.insert(contentsOf: other[part], at: place)
        case 7, 8, 9: replaceWord(at: place, in: &bytes)
        case 10: bytes.insert(contentsOf: choice(of: words), at: place)
        default: bytes.insert(UInt8(truncatingIfNeeded: next()), at: place)
        }
    }

    /// Replaces the word or number at a place, or the next one after it.
    private mutating func replaceWord(at place: Int, in bytes: inout [UInt8]) {
        guard let start = bytes[place...].firstIndex(where: Self.isWord) else { return }
        let first = bytes[..<start].lastIndex { !Self.isWord($0) }.map { $0 + 1 } ?? 0
        let end = bytes[start...].firstIndex { !Self.isWord($0) } ?? bytes.count
        bytes.replaceSubrange(first..<end, with: choice(of: words))
    }
}
