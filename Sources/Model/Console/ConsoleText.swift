/// The text in a console's bytes: without escape sequences (ECMA-48) and control characters, with `\n` at the end of
/// each line.
package struct ConsoleText: Sendable {
    private enum State {
        case text, escape
        /// Inside a control sequence, which ends with a byte from `@` to `~`.
        case control
        /// Inside a string, which ends with BEL or ESC and another byte.
        case string
    }

    private var state = State.text
    private var bytes: [UInt8] = []

    package init(_ bytes: [UInt8]) {
        for byte in bytes { take(byte) }
    }

    package var text: String {
        let scalars = String(decoding: bytes, as: UTF8.self).unicodeScalars.filter { scalar in
            // U+FFFE and U+FFFF, and control characters from U+0080 on, are not allowed in XML or not seen.
            !(0x80...0x9F).contains(scalar.value) && scalar.value & 0xFFFE != 0xFFFE
        }
        return String(String.UnicodeScalarView(scalars))
    }

    private mutating func take(_ byte: UInt8) {
        switch (state, byte) {
        case (.string, 0x07), (.control, 0x40...0x7E): state = .text
        case (_, 0x1B): state = .escape
        case (.escape, UInt8(ascii: "[")): state = .control
        case (.escape, UInt8(ascii: "]")), (.escape, UInt8(ascii: "P")), (.escape, UInt8(ascii: "X")),
            (.escape, UInt8(ascii: "^")), (.escape, UInt8(ascii: "_")):
            state = .string
        // Intermediate bytes, such as in the choice of a character set.
        case (.escape, 0x20...0x2F): break
        case (.escape, _): state = .text
        case (.control, _), (.string, _): break
        case (.text, 0x09), (.text, 0x0A), (.text, 0x20...0x7E), (.text, 0x80...0xFF): bytes.append(byte)
        case (.text, 0x08): eraseCharacter()
        case (.text, _): break
        }
    }

    private mutating func eraseCharacter() {
        guard let last = bytes.last, last != 0x0A else { return }
        while let byte = bytes.popLast(), (0x80...0xBF).contains(byte) {}
    }
}
