import Testing

@testable import Hosts

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

    @Test("one that is not there is refused")
    func missing() async {
        await #expect(throws: (any Error).self) {
            try await Program(name: "no-such-program", arguments: [], input: "x").run(seconds: 60)
        }
    }
}
