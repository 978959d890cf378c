import Testing

@testable import VMSClient

/// Server-sent events, as the client reads them.
struct ServerEventsTests {
    private static let text = """
        :comment

        id: 1
        event: bytes
        data: QQ==

        data: one
        data:two
        unknown: x

        event: alone

        id: 2

        id: 3\r
        data\r
        \r

        """

    @Test("Events in pieces of any size", arguments: [1, 2, 7, 1000])
    func pieces(size: Int) throws {
        var reader = ServerEvents(from: "s")
        let bytes = Array(Self.text.utf8)
        var events: [ServerEvents.Event] = []
        for start in stride(from: 0, to: bytes.count, by: size) {
            events += try reader.take(bytes[start..<min(start + size, bytes.count)])
        }
        #expect(
            events == [
                .init(name: "bytes", id: "1", data: "QQ=="), .init(name: "message", id: nil, data: "one\ntwo"),
                .init(name: "message", id: "2", data: ""), .init(name: "message", id: "3", data: ""),
            ])
    }

    @Test("A line without end is refused")
    func endless() {
        var reader = ServerEvents(from: "s")
        #expect(throws: VMSClientError.self) { try reader.take([UInt8](repeating: 65, count: (1 << 20) + 1)) }
    }
}
