import ScriptedServer
import Testing
import VMSAPI

@testable import VMSClient

struct WatchTests {
    private static let pace: ClosedRange<Duration> = .milliseconds(1)...(.milliseconds(2))

    private static func reply(_ state: String, done: Int) -> ScriptedServer.Reply {
        .init(
            200,
            """
            {"result":"SUCCESS","operation":{"id":"o1","service":"createVirtualMachine","state":"\(state)",
             "done":\(done),"total":3}}
            """)
    }

    private func states(
        patience: Int = 5,
        _ reply: @escaping @Sendable (ScriptedServer.Request, Int) async throws -> ScriptedServer.Reply
    ) async throws -> [Operation] {
        try await ScriptedServer.run(reply) { server in
            let client = try VMSClient(server: server.address)
            do {
                var states: [Operation] = []
                for try await operation in client.watch(operation: "o1", every: Self.pace, patience: patience) {
                    states.append(operation)
                }
                try await client.shutdown()
                #expect(server.requests.allSatisfy { $0.path == "/v1/getOperation" && $0.text.contains("\"o1\"") })
                return states
            } catch {
                try await client.shutdown()
                throw error
            }
        }
    }

    @Test("The last state is delivered, and nothing follows it", arguments: ["succeeded", "failed", "stuck"])
    func toTheEnd(last: String) async throws {
        let states = try await states { _, count in
            count < 4 ? Self.reply(count < 3 ? "running" : "undoing", done: count / 2) : Self.reply(last, done: 3)
        }
        #expect(states.last?.state.rawValue == last)
        #expect(states.dropLast().allSatisfy { !$0.state.isFinal })
        #expect(zip(states, states.dropFirst()).allSatisfy { $0 != $1 })
    }

    @Test("A fault ends the stream with that fault")
    func fault() async throws {
        let error = await #expect(throws: VMSClientError.self) {
            _ = try await states { _, _ in .init(404, "{\"code\":\"notFound\",\"reason\":\"no operation o1\"}") }
        }
        guard case .fault(let fault) = error else { return #expect(Bool(false), "\(String(describing: error))") }
        #expect(fault.code == "notFound")
    }

    @Test("A stopping server is called again")
    func stopping() async throws {
        let states = try await states { _, count in
            count < 3
                ? .init(503, #"{"code":"serverStopping","reason":"the server is stopping"}"#)
                : Self.reply("succeeded", done: 3)
        }
        #expect(states.map(\.state) == [.succeeded])
    }

    @Test("An unreachable server ends the stream only when the patience ends")
    func patience() async throws {
        let address = "http://127.0.0.1:1"
        let client = try VMSClient(server: address)
        let error = await #expect(throws: VMSClientError.self) {
            for try await _ in client.watch(operation: "o1", every: Self.pace, patience: 2) {}
        }
        #expect(error == .unreachable(server: address, why: "connection refused"))
        try await client.shutdown()
    }
}
