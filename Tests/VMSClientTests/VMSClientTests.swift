import ScriptedServer
import Testing
import VMSAPI

@testable import VMSClient

struct VMSClientTests {
    typealias Reply = ScriptedServer.Reply

    private func client<Result: Sendable>(
        answering reply: @escaping @Sendable (ScriptedServer.Request, Int) async throws -> Reply,
        timeouts: Timeouts = Timeouts(),
        _ body: @escaping @Sendable (VMSClient, ScriptedServer) async throws -> Result
    ) async throws -> Result {
        try await ScriptedServer.run(reply) { server in
            let client = try VMSClient(server: server.address, timeouts: timeouts)
            do {
                let result = try await body(client, server)
                try await client.shutdown()
                return result
            } catch {
                try await client.shutdown()
                throw error
            }
        }
    }

    private func failure(_ reply: Reply) async throws -> VMSClientError? {
        try await client(answering: { _, _ in reply }) { client, _ in
            await #expect(throws: VMSClientError.self) { _ = try await client.call(SanityTest()) }
        }
    }

    @Test("A request goes out as a JSON object to its service, and its response comes back typed")
    func call() async throws {
        let text = "ünï \u{1F680} \" \\ \u{0}"
        try await client(
            answering: { request, _ in Reply(200, "{\"result\":\"SUCCESS\",\(request.text.dropFirst())") }
        ) { client, server in
            var request = SanityTest()
            request.testString = text
            let response = try await client.call(request)
            #expect(response.testString == text)
            let sent = try #require(server.requests.first)
            #expect(sent.method == "POST")
            #expect(sent.path == "/v1/sanityTest")
            #expect(sent.contentType == "application/json")
            #expect(try SanityTest(wire: JSONReader.value(of: sent.body)) == request)
        }
    }

    @Test("A path behind the server's address is kept, a trailing slash is not doubled")
    func path() async throws {
        try await ScriptedServer.run({ _, _ in Reply(200, "{}") }) { server in
            let client = try VMSClient(server: server.address + "/behind/proxy/")
            _ = try await client.call(name: "listImages", .object([]))
            try await client.shutdown()
            #expect(server.requests.first?.path == "/behind/proxy/v1/listImages")
        }
    }

    @Test("A fault keeps all its fields")
    func fault() async throws {
        let body = """
            {"title":"Conflict","status":409,"code":"nameTaken","reason":"vmName r1 is taken","service":"s",
             "field":"vmName","value":"r1","phyServer":"h1","vmName":"r1","operation":"o1"}
            """
        var fault = VirtualMachineServerFault()
        fault.code = "nameTaken"
        fault.reason = "vmName r1 is taken"
        fault.service = "s"
        fault.field = "vmName"
        fault.value = "r1"
        fault.phyServer = "h1"
        fault.vmName = "r1"
        fault.operation = "o1"
        #expect(try await failure(Reply(409, body)) == .fault(fault))
    }

    @Test(
        "An answer that is not from a VMS is reported as such",
        arguments: [
            Reply(200, "<html>\u{1B}[31m</html>", type: "text/html"), Reply(404, "no such page", type: "text/plain"),
            Reply(200, "[1]"), Reply(200, "{\"testString\":1,\"testString\":2}"), Reply(500, "{\"error\":\"x\"}"),
            Reply(200, "{\"result\":\"SUCCESS\"}"), Reply(302, ""), Reply(500, ""),
        ])
    func notVMS(reply: Reply) async throws {
        let error = try #require(try await failure(reply))
        guard case .notVMS = error else { return #expect(Bool(false), "\(error)") }
        #expect(!error.description.unicodeScalars.contains("\u{1B}"))
    }

    @Test("A port without a listener is unreachable, in plain words")
    func refused() async throws {
        // Port 1: a port that was just freed may be in use by another test.
        let address = "http://127.0.0.1:1"
        let client = try VMSClient(server: address)
        let error = await #expect(throws: VMSClientError.self) { _ = try await client.call(ListImages()) }
        #expect(error == .unreachable(server: address, why: "connection refused"))
        try await client.shutdown()
    }

    @Test("A server without TLS gets no request, and the error says so")
    func plainServer() async throws {
        try await ScriptedServer.run({ _, _ in .init(200, "{}") }) { server in
            let address = server.address.replacing("http://", with: "https://")
            let client = try VMSClient(server: address)
            let error = await #expect(throws: VMSClientError.self) { _ = try await client.call(SanityTest()) }
            try await client.shutdown()
            #expect(
                error
                    == .unreachable(
                        server: address, why: "it does not use TLS; if it uses HTTP, its address is http://"))
            #expect(server.requests.isEmpty)
        }
    }

    @Test("A timeout of the answer is an interruption: the request may have been carried out")
    func late() async throws {
        let (never, door) = AsyncStream<Void>.makeStream()
        try await client(
            answering: { _, _ in
                for await _ in never {}
                return Reply(200, "{}")
            }, timeouts: Timeouts(answer: .milliseconds(50))
        ) { client, server in
            let error = await #expect(throws: VMSClientError.self) { _ = try await client.call(ListImages()) }
            #expect(error == .interrupted(server: server.address, why: "no answer in time"))
            door.finish()
        }
    }

    @Test(
        "An invalid address is refused with a valid form",
        arguments: [
            "", "localhost:8080", "ftp://h", "http://", "http://h h", "http://u:p@h", "http://h?x=1", "http://h#f",
            "http://h:0", "http://h:70000", "http://h\n",
        ])
    func badAddress(text: String) {
        let error = #expect(throws: VMSClientError.self) { _ = try VMSClient(server: text) }
        guard case .badServer = error else { return #expect(Bool(false), "\(String(describing: error))") }
    }
}
