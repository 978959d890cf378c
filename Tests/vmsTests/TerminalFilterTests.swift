import Testing

@testable import vms

/// What of a machine's output reaches a terminal.
struct TerminalFilterTests {
    private func shown(_ text: String, pieces: Int) -> String {
        var filter = TerminalFilter()
        let bytes = Array(text.utf8)
        var passed: [UInt8] = []
        for start in stride(from: 0, to: bytes.count, by: pieces) {
            passed += filter.filtered(Array(bytes[start..<min(start + pieces, bytes.count)]))
        }
        return String(decoding: passed, as: UTF8.self)
    }

    @Test(
        "Text, colours, the cursor and the screen stay",
        arguments: [
            "plain é€😀 text\r\n", "\u{1B}[1;31mred\u{1B}[0m", "\u{1B}[2J\u{1B}[H", "\u{1B}[10;20H\u{1B}[K",
            "\u{1B}7\u{1B}8",
            "\u{1B}[?25l\u{1B}[?25h", "\u{1B}[?1049h", "a\u{8}b\u{7}\t", "Â£", "\u{1B}[4;20r",
        ])
    func kept(text: String) {
        for pieces in [1, 3, 100] { #expect(shown(text, pieces: pieces) == text) }
    }

    @Test(
        "Titles, queries and the terminal's own state do not",
        arguments: [
            ("\u{1B}]0;evil\u{07}x", "x"), ("\u{1B}]52;c;ZXZpbA==\u{1B}\\x", "x"), ("\u{1B}[6nx", "x"),
            ("\u{1B}[cx", "x"),
            ("\u{1B}[>cx", "x"), ("\u{1B}P+q544e\u{1B}\\x", "x"), ("\u{1B}[?2004hx", "x"), ("\u{1B}[21tx", "x"),
            ("\u{1B}cx", "x"), ("\u{1B}Zx", "x"), ("\u{9B}6nx", "6nx"), ("\u{1B}[?25;2004hx", "x"), ("\u{5}x", "x"),
            ("\u{1B}[4ix", "x"), ("\u{1B}[\u{1}6nx", "6nx"), ("\u{1B}(0x", "x"), ("\u{1B}#8x", "x"),
            ("\u{1B}[!px", "x"),
        ])
    func removed(text: String, rest: String) {
        for pieces in [1, 3, 100] { #expect(shown(text, pieces: pieces) == rest) }
    }

    @Test("Bytes that are no UTF-8, with control characters of eight bits")
    func eightBits() {
        var filter = TerminalFilter()
        #expect(filter.filtered([0x9B, 0x36, 0x6E, 0xC2, 0x41, 0xE2, 0x82, 0xAC, 0x9B]) == Array("6nA€".utf8))
    }

    @Test("A sequence that never ends takes no memory")
    func endless() {
        var filter = TerminalFilter()
        let long = Array("\u{1B}[".utf8) + [UInt8](repeating: 0x31, count: 1 << 20) + Array("mx".utf8)
        #expect(filter.filtered(long) == Array("x".utf8))
    }
}
