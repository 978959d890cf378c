/// Checks UTF-8 byte by byte: only the shortest form, no surrogates, nothing above U+10FFFF, and only the control
/// characters that XML 1.0 allows.
struct CharacterScan {
    enum Verdict { case good, control, invalid }

    /// Bytes that the current character still needs.
    private var missing = 0
    /// The range of the next byte.
    private var low: UInt8 = 0x80
    private var high: UInt8 = 0xBF

    var isComplete: Bool { missing == 0 }

    mutating func take(_ byte: UInt8) -> Verdict {
        if missing > 0 {
            guard byte >= low, byte <= high else { return .invalid }
            expect(missing - 1)
            return .good
        }
        switch byte {
        case 0x20...0x7F, 0x09, 0x0A, 0x0D: return .good
        case ..<0x20: return .control
        case 0xC2...0xDF: expect(1)
        case 0xE0: expect(2, from: 0xA0)
        case 0xED: expect(2, to: 0x9F)
        case 0xE1...0xEF: expect(2)
        case 0xF0: expect(3, from: 0x90)
        case 0xF1...0xF3: expect(3)
        case 0xF4: expect(3, to: 0x8F)
        default: return .invalid
        }
        return .good
    }

    private mutating func expect(_ count: Int, from low: UInt8 = 0x80, to high: UInt8 = 0xBF) {
        missing = count
        self.low = low
        self.high = high
    }
}
