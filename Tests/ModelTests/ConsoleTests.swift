import Model
import Testing

/// What a console showed, and the positions of its readers.
struct ConsoleTests {
    private func text(_ pieces: [ConsolePiece]) -> String {
        pieces.map { piece in
            switch piece.content {
            case .bytes(let bytes): String(decoding: bytes, as: UTF8.self)
            case .note(let note): "<\(note)>"
            }
        }.joined()
    }

    @Test("Bytes and notes keep their order, whatever pieces they are read in", arguments: [1, 2, 3, 100])
    func order(limit: Int) {
        var history = ConsoleHistory()
        history.append(.opened(host: "h1"))
        history.append(Array("one".utf8))
        history.append(.moved(from: "h1", to: "h2"))
        history.append(.gap(bytes: nil))
        history.append(Array("two".utf8))
        var position = history.position(.start, in: "s")
        var all: [ConsolePiece] = []
        while history.isBehind(position) { all += history.read(from: &position, atMost: limit) }
        #expect(
            text(all)
                == "<opened(host: \"h1\")>one<moved(from: \"h1\", to: \"h2\")><gap(bytes: nil)>two")
        #expect(history.read(from: &position, atMost: limit).isEmpty)
    }

    @Test("A reader that comes back at the position of any piece misses nothing and gets nothing twice")
    func resumed() {
        var history = ConsoleHistory()
        for word in ["a", "b", "c"] {
            history.append(.writer(word))
            history.append(Array(word.utf8))
        }
        var position = history.position(.start, in: "s")
        var all: [ConsolePiece] = []
        while history.isBehind(position) { all += history.read(from: &position, atMost: 1) }
        for (number, piece) in all.enumerated() {
            let place = ConsolePlace(piece.next.text(in: "s"))
            var again = history.position(place ?? .end, in: "s")
            var rest: [ConsolePiece] = []
            while history.isBehind(again) { rest += history.read(from: &again, atMost: 1) }
            #expect(rest == Array(all[(number + 1)...]))
        }
    }

    @Test(
        "The newest bytes are kept, and a reader that is behind them learns how many it missed",
        arguments: [1, 999, 70_000])
    func overflow(step: Int) {
        var history = ConsoleHistory()
        let total = ConsoleHistory.mostBytes * 2 + 12_345
        let all = (0..<total).map { UInt8(truncatingIfNeeded: $0 &* 31 >> 3) }
        for start in stride(from: 0, to: total, by: max(step, 64)) {
            history.append(Array(all[start..<min(start + max(step, 64), total)]))
        }
        #expect(history.start == Int64(total - ConsoleHistory.mostBytes))
        var position = ConsolePosition(offset: 5, note: 0)
        let pieces = history.read(from: &position, atMost: total)
        #expect(pieces.first?.content == .note(.gap(bytes: Int64(total - ConsoleHistory.mostBytes - 5))))
        #expect(pieces.flatMap(\.bytes) == Array(all.suffix(ConsoleHistory.mostBytes)))
        #expect(position.offset == Int64(total))
    }

    @Test("More bytes at once than are kept")
    func flood() {
        var history = ConsoleHistory()
        history.append(Array("before".utf8))
        history.append(Array(repeating: 1, count: ConsoleHistory.mostBytes + 7) + [2])
        var position = history.position(.start, in: "s")
        let bytes = history.read(from: &position, atMost: .max).flatMap(\.bytes)
        #expect(bytes.count == ConsoleHistory.mostBytes && bytes.last == 2 && bytes.first == 1)
        #expect(history.end == Int64(6 + ConsoleHistory.mostBytes + 8))
    }

    @Test("Positions of another session, from the future, and of notes that are gone")
    func strange() {
        var history = ConsoleHistory()
        for number in 0..<ConsoleHistory.mostNotes + 10 {
            history.append(.writer("\(number)"))
            history.append([65])
        }
        let end = history.position(.end, in: "s")
        #expect(history.position(.position(.init(offset: .max, note: .max), session: "s"), in: "s") == end)
        #expect(history.position(.offset(.max), in: "s") == end)
        #expect(history.position(.position(end, session: "other"), in: "s").offset == history.start)
        var first = history.position(.start, in: "s")
        let pieces = history.read(from: &first, atMost: .max)
        #expect(pieces.flatMap(\.bytes).count == ConsoleHistory.mostNotes + 10)
        #expect(first == end)
    }

    @Test(
        "Texts of places",
        arguments: [
            ("start", ConsolePlace.start), ("end", .end), ("0", .offset(0)), ("17", .offset(17)),
            ("17.2.ab-c", .position(.init(offset: 17, note: 2), session: "ab-c")),
        ])
    func places(text: String, place: ConsolePlace) { #expect(ConsolePlace(text) == place) }

    @Test(
        "Texts that are no places",
        arguments: [
            "", "-1", "+1", "1.", "1.2", "1.x.s", "x", "9223372036854775808",
            "1.2." + String(repeating: "s", count: 65),
        ])
    func noPlaces(text: String) { #expect(ConsolePlace(text) == nil) }

    @Test(
        "The text of a console has no escape sequences and no control characters",
        arguments: [
            ("a\r\nb\r\n", "a\nb\n"), ("\u{1B}[1;31mred\u{1B}[0m", "red"), ("\u{1B}]0;title\u{07}x", "x"),
            ("\u{1B}]0;title\u{1B}\\x", "x"), ("\u{1B}(Bx", "x"), ("pass\u{8}\u{8}ss\u{0}word\u{3}", "password"),
            ("\u{9B}31mé€😀", "31mé€😀"), ("\u{1B}", ""), ("\u{1B}[", ""), ("tab\there", "tab\there"),
            ("a\u{FFFE}b\u{FFFF}c", "abc"),
        ])
    func plain(shown: String, text: String) { #expect(ConsoleText(Array(shown.utf8)).text == text) }

    @Test("Bytes that are no UTF-8 become replacement characters")
    func binary() {
        let text = ConsoleText(Array(0...255)).text
        #expect(text.contains("ABC") && text.unicodeScalars.allSatisfy { $0.value >= 32 || $0 == "\n" || $0 == "\t" })
    }
}
