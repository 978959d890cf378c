/// Removes from a machine's output what a terminal must not get from a stranger: titles, queries whose answers would be
/// typed, changes of the terminal's own state. Colours, the cursor and clearing of the screen stay (ECMA-48).
struct TerminalFilter {
    private enum State {
        case text, escape
        /// Behind the first byte of a character from U+0080 to U+00BF, of which the first half are control characters.
        case latin
        /// Behind `ESC` and an intermediate byte.
        case intermediate
        case control
        case string
    }

    private var state = State.text
    /// The sequence so far.
    private var sequence: [UInt8] = []
    /// The bytes of the present character of UTF-8, and the number of those that are still to come. Only whole characters
    /// are passed on: some terminals take single bytes from 0x80 to 0x9F as control characters.
    private var character: [UInt8] = []
    private var continuations = 0

    /// Final bytes of control sequences that move the cursor, clear, insert, delete, scroll, or set colours.
    private static let allowed = Set("@ABCDEFGHJKLMPSTXZ`adefmr".utf8)
    /// Private modes that may be set and reset: cursor keys, wrapping, the cursor's visibility, the alternate screen.
    private static let modes: Set<String> = ["?1", "?7", "?25", "?47", "?1047", "?1048", "?1049"]
    /// Longest sequence that is passed on.
    private static let longest = 64

    /// The bytes for the terminal.
    mutating func filtered(_ bytes: [UInt8]) -> [UInt8] {
        var passed: [UInt8] = []
        for byte in bytes { take(byte, &passed) }
        return passed
    }

    private mutating func take(_ byte: UInt8, _ passed: inout [UInt8]) {
        if !(0x80...0xBF).contains(byte) || state != .text { (character, continuations) = ([], 0) }
        switch (state, byte) {
        case (_, 0x1B):
            (state, sequence) = (.escape, [byte])
        case (.text, 0x07...0x0D), (.text, 0x20...0x7E): passed.append(byte)
        case (.text, 0xC2): state = .latin
        case (.text, 0xC3...0xF4):
            (character, continuations) = ([byte], byte < 0xE0 ? 1 : byte < 0xF0 ? 2 : 3)
        case (.text, 0x80...0xBF) where continuations > 0:
            continuations -= 1
            character.append(byte)
            if continuations == 0, String(validating: character, as: UTF8.self) != nil { passed += character }
        case (.text, _): break
        case (.latin, 0xA0...0xBF):
            passed += [0xC2, byte]
            state = .text
        case (.latin, 0x80...0x9F): state = .text
        case (.latin, _):
            state = .text
            take(byte, &passed)
        case (.escape, UInt8(ascii: "[")): append(byte, .control)
        case (.escape, UInt8(ascii: "]")), (.escape, UInt8(ascii: "P")), (.escape, UInt8(ascii: "X")),
            (.escape, UInt8(ascii: "^")), (.escape, UInt8(ascii: "_")):
            state = .string
        case (.escape, 0x20...0x2F): append(byte, .intermediate)
        // Saving and restoring the cursor, moving by a line, the keypad.
        case (.escape, UInt8(ascii: "7")), (.escape, UInt8(ascii: "8")), (.escape, UInt8(ascii: "D")),
            (.escape, UInt8(ascii: "E")), (.escape, UInt8(ascii: "M")), (.escape, UInt8(ascii: "=")),
            (.escape, UInt8(ascii: ">")):
            passed += sequence + [byte]
            state = .text
        case (.intermediate, 0x20...0x2F): append(byte, .intermediate)
        case (.escape, _), (.intermediate, _): state = .text
        case (.control, 0x40...0x7E):
            if isAllowed(byte) { passed += sequence + [byte] }
            state = .text
        case (.control, 0x20...0x3F): append(byte, .control)
        // A control character inside a sequence is none of an honest program.
        case (.control, _): state = .text
        case (.string, 0x07): state = .text
        case (.string, _): break
        }
    }

    private mutating func append(_ byte: UInt8, _ state: State) {
        self.state = state
        if sequence.count <= Self.longest { sequence.append(byte) }
    }

    /// Whether a control sequence may be passed on.
    private func isAllowed(_ last: UInt8) -> Bool {
        guard sequence.count <= Self.longest else { return false }
        let parameters = sequence.dropFirst(2)
        if parameters.allSatisfy({ (0x30...0x3B).contains($0) }) { return Self.allowed.contains(last) }
        guard last == UInt8(ascii: "h") || last == UInt8(ascii: "l") else { return false }
        return String(decoding: parameters, as: UTF8.self).split(separator: ";").allSatisfy {
            Self.modes.contains(String($0))
        }
    }
}
