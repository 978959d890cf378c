/// Finds a pattern in bytes without reading each byte (Horspool's algorithm), because attachments are long.
struct ByteSearch {
    private let pattern: [UInt8]
    /// The distance to advance, by the byte under the pattern's end.
    private let skip: [Int]

    /// - Precondition: the pattern is not empty.
    init(_ pattern: [UInt8]) {
        precondition(!pattern.isEmpty)  // fits: callers prefix external input with two dashes
        var skip = [Int](repeating: pattern.count, count: 256)
        for (index, byte) in pattern.dropLast().enumerated() { skip[Int(clamping: byte)] = pattern.count - 1 - index }
        self.pattern = pattern
        self.skip = skip
    }

    /// The next position of the pattern, at `start` or later.
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
