import Testing

@testable import Hosts
@testable import Model

@Suite("Programs on this machine")
struct ProgramTests {
    @Test("what a program is to read arrives whole")
    func reads() async throws {
        let text = String(repeating: "0123456789abcdef\n", count: 20_000)
        let ended = try await Program(name: "cat", arguments: [], input: text).run(seconds: 60)
        #expect(ended.code == 0 && ended.output == text)
        #expect(try await Program(name: "cat", arguments: []).run(seconds: 60).output.isEmpty)
    }

    @Test("one that ends without reading it harms nobody", arguments: 1...20)
    func endsEarly(time: Int) async throws {
        let ended = try await Program(
            name: "false", arguments: [], input: String(repeating: "x", count: 1_000_000)
        ).run(seconds: 60)
        #expect(ended.code == 1)
    }

    @Test("each line is told when it is printed, and what is not needed any more is ended", .timeLimit(.minutes(5)))
    func follows() async throws {
        let (lines, told) = AsyncStream.makeStream(of: String.self)
        let text = "echo one; echo two words; exec sleep 600"
        let task = Task {
            try? await Program(name: "sh", arguments: ["-c", text]).follow(seconds: 600) { told.yield($0) }
        }
        var iterator = lines.makeAsyncIterator()
        #expect(await iterator.next() == "one")
        #expect(await iterator.next() == "two words")
        task.cancel()
        _ = await task.value
    }

    @Test("what is thrown at a line ends it, and is told", .timeLimit(.minutes(5)))
    func throwing() async {
        let enough = Refusal(.storageFull, "enough")
        var caught: Refusal?
        do {
            let program = Program(name: "sh", arguments: ["-c", "echo one; exec sleep 600"])
            _ = try await program.follow(seconds: 600) { _ in throw enough }
        } catch {
            caught = error
        }
        #expect(caught == enough)
    }

    @Test("a script's secrets are in its text, not in its arguments")
    func secrets() async throws {
        let script = HostScript(
            name: "secrets", text: "printf '%s' \"$secret2\" | base64 -d; echo; cat /proc/$$/cmdline")
        let (lines, told) = AsyncStream.makeStream(of: String.self)
        let secrets = ["first", "se'cr$et"].map { HostArgument(bytes: Array($0.utf8)) }
        try await Shell.local.follow(script, [HostArgument(7)], secrets: secrets, seconds: 60) { told.yield($0) }
        told.finish()
        let printed = await lines.reduce(into: []) { $0.append($1) }
        #expect(printed.first == "se'cr$et")
        #expect(printed.last?.hasSuffix("sh\u{0}-s\u{0}--\u{0}7\u{0}") == true)
    }

    @Test("one that is not there is refused")
    func missing() async {
        await #expect(throws: (any Error).self) {
            try await Program(name: "no-such-program", arguments: [], input: "x").run(seconds: 60)
        }
    }
}
