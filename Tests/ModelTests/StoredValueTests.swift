import Foundation
import Testing

@testable import Model

/// Values with invariants, decoded from invalid data.
@Suite("Stored values")
struct StoredValueTests {
    private func read<Value: Decodable>(_ text: String) throws -> Value {
        try JSONDecoder().decode(Value.self, from: Data(text.utf8))
    }

    @Test("an address has 4 or 16 bytes", arguments: [0, 1, 3, 5, 15, 17, 33])
    func bytes(count: Int) {
        let bytes = [UInt8](repeating: 254, count: count)
        #expect(throws: DecodingError.self) { try read(#"{"bytes":\#(bytes)}"#) as IPAddress }
    }

    @Test("a prefix is as long as its family allows", arguments: [-1, 33, 129, Int.max, Int.min])
    func prefixes(length: Int) {
        let base = #"{"bytes":[10,0,0,0]}"#
        #expect(throws: DecodingError.self) { try read(#"{"base":\#(base),"length":\#(length)}"#) as IPPrefix }
        #expect(throws: DecodingError.self) {
            try read(#"{"address":\#(base),"prefix":\#(length)}"#) as InterfaceAddress
        }
    }

    @Test("a written value is read back unchanged")
    func roundTrip() throws {
        for text in ["10.1.0.0/16", "192.0.2.4/31", "fd00:1::/64", "2001:db8::1/128"] {
            let prefix = try IPPrefix(text, subject: .field("f"))
            #expect(try JSONDecoder().decode(IPPrefix.self, from: JSONEncoder().encode(prefix)) == prefix)
        }
        for text in ["10.1.0.1/16", "fd00:1::9/64"] {
            let address = try InterfaceAddress(text, subject: .field("f"))
            #expect(try JSONDecoder().decode(InterfaceAddress.self, from: JSONEncoder().encode(address)) == address)
        }
        #expect(
            try read(#"{"base":{"bytes":[10,0,0,9]},"length":24}"#) == IPPrefix("10.0.0.0/24", subject: .field("f")))
    }

    @Test("the fuzzer's stored operations have the current form", arguments: ["operation", "lanes"])
    func corpus(name: String) throws {
        struct Stored: Decodable {
            var plan: Plan
            var journal: [JournalEntry]
        }
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let file = root.appending(path: "fuzz/corpus/record/\(name)")
        let stored = try JSONDecoder().decode(Stored.self, from: Data(contentsOf: file))
        var operation = Operation(id: OperationID("o"), plan: stored.plan, started: Date(timeIntervalSince1970: 0))
        for entry in stored.journal { try operation.apply(entry, at: operation.started) }
        #expect(stored.plan.isWhole && operation.state.isOver)
    }
}
