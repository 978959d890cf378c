/// Finds a pattern in bytes without looking at each of them (Horspool's way): attachments are long.
struct ByteSearch {
    private let pattern: [UInt8]
    /// How far the pattern may move on, by the byte that stands under its end.
    private let skip: [Int]

    /// - Precondition: the pattern is not empty.
    init(_ pattern: [UInt8]) {
        precondition(!pattern.isEmpty)  // fits: callers put two dashes before what comes from outside
        var skip = [Int](repeating: pattern.count, count: 256)
        for (index, byte) in pattern.dropLast().enumerated() { skip[Int(clamping: byte)] = pattern.count - 1 - index }
        self.pattern = pattern
        self.skip = skip
    }

    /// Where the pattern begins next, at `start` or behind it.
    func first(in bytes: [UInt8], from start: Int) -> Int? {
        bytes.withUnsafeBufferPointer { bytes in
            pattern.withUnsafeBufferPointer { pattern in
                let last = pattern.count - 1
                var place = start
                while place + last < bytes.count {
                    let end = bytes[place + last]
                    if end == pattern[last], (0..<last).allSatisfy({ bytes[place + $0] == pattern[$0] }) {
                        return place
                    }
                    place += skip[Int(clamping: end)]
                }
                return nil
            }
        }
    }
}
