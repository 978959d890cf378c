import Testing

@testable import Hosts
@testable import Model

@Suite("Programs on this machine")
struct ProgramTests {
    @Test("the input of a program arrives completely")
    func reads() async throws {
        let text = String(repeating: "0123456789abcdef\n", count: 20_000)
        let ended = try await Program(name: "cat", arguments: [], input: text).run(seconds: 60)
        #expect(ended.code == 0 && ended.output == text)
        #expect(try await Program(name: "cat", arguments: []).run(seconds: 60).output.isEmpty)
    }

    @Test("a program that ends without reading its input does no harm", arguments: 1...20)
    func endsEarly(time: Int) async throws {
        let ended = try await Program(
            name: "false", arguments: [], input: String(repeating: "x", count: 1_000_000)
        ).run(seconds: 60)
        #expect(ended.code == 1)
    }

    @Test("each line is passed on when it is printed, and a cancelled program is ended", .timeLimit(.minutes(5)))
    func follows() async throws {
        let (lines, input) = AsyncStream.makeStream(of: String.self)
        let text = "echo one; echo two words; exec sleep 600"
        let task = Task {
            try? await Program(name: "sh", arguments: ["-c", text]).follow(seconds: 600) { input.yield($0) }
        }
        var iterator = lines.makeAsyncIterator()
        #expect(await iterator.next() == "one")
        #expect(await iterator.next() == "two words")
        task.cancel()
        _ = await task.value
    }

    @Test("an error that is thrown for a line ends the program, and is passed on", .timeLimit(.minutes(5)))
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
        let (lines, input) = AsyncStream.makeStream(of: String.self)
        let secrets = ["first", "se'cr$et"].map { HostArgument(bytes: Array($0.utf8)) }
        try await Shell.local.follow(script, [HostArgument(7)], secrets: secrets, seconds: 60) { input.yield($0) }
        input.finish()
        let printed = await lines.reduce(into: []) { $0.append($1) }
        #expect(printed.first == "se'cr$et")
        #expect(printed.last?.hasSuffix("sh\u{0}-s\u{0}--\u{0}7\u{0}") == true)
    }

    @Test("a missing program is refused")
    func missing() async {
        await #expect(throws: (any Error).self) {
            try await Program(name: "no-such-program", arguments: [], input: "x").run(seconds: 60)
        }
    }
}
