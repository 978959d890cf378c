import NIOPosix
import SOAP
import Synchronization
import Testing
import VMSAPI

@testable import HTTP

/// Limits on connections and large bodies; other clients are served meanwhile.
struct BoundsTests {
    private static let health = "GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n"

    private static func head(_ length: Int) -> String {
        "POST /v1/sanityTest HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: \(length)\r\n\r\n"
    }

    /// A message of the given length in bytes.
    private static func message(_ length: Int) -> String {
        let text = "{\"testString\":\"x\"}"
        return text + String(repeating: " ", count: length - text.utf8.count)
    }

    @Test("Of too many connections the longest silent one is closed; a client that sends a request is never kept out")
    func silentGoFirst() async throws {
        try await RunningServer.run({ ($0.connections, $0.connectionsPerAddress) = (4, 4) }) { server in
            try await RawConnection.open(server.port) { active in
                try await RawConnection.open(server.port) { silent in
                    try await silent.send(Self.health)
                    #expect(try await silent.answer().status == 200)
                    try await RawConnection.open(server.port) { trickling in
                        try await trickling.send("POST /v1/sanityTest HTTP/1.1\r\nHo")
                        // From here on no other connection has been silent longer than `silent`.
                        for _ in 0..<2 {
                            try await active.send(Self.health)
                            #expect(try await active.answer().status == 200)
                        }
                        for _ in 0..<2 { #expect(try await server.request("GET", "/healthz").status == 200) }
                        // The server may not have noticed yet that the last of these are closed; they would be closed
                        // before `active`.
                        try await active.send(Self.health)
                        #expect(try await active.answer().status == 200)
                        try await RawConnection.open(server.port) { third in
                            try await third.send(Self.health)
                            #expect(try await third.answer().status == 200)
                            #expect(try await server.request("GET", "/healthz").status == 200)
                            #expect(try await silent.untilEnd().isEmpty)
                        }
                    }
                }
                try await active.send(Self.health)
                #expect(try await active.answer().status == 200)
            }
            #expect(server.log.lines.contains { $0.hasPrefix("too many connections: silent ones are closed") })
        }
    }

    @Test("A client that sends requests now and then keeps its connection in a flood of silent ones")
    func quietStay() async throws {
        try await RunningServer.run({ ($0.connections, $0.connectionsPerAddress) = (4, 4) }) { server in
            try await RawConnection.open(server.port) { quiet in
                try await quiet.send(Self.health)
                #expect(try await quiet.answer().status == 200)
                try await Self.flood(server.port, 12) {
                    // The last connection, which has sent nothing yet.
                    #expect(try await server.request("GET", "/healthz").status == 200)
                    try await quiet.send(Self.health)
                    #expect(try await quiet.answer().status == 200)
                }
            }
        }
    }

    @Test("A client that sends its request immediately is answered, however many silent ones connect right after it")
    func burst() async throws {
        try await RunningServer.run({ ($0.connections, $0.connectionsPerAddress) = (8, 8) }) { server in
            let port = server.port
            // Beside other tests many clients are interrupted, so that their bursts say nothing.
            let end = ContinuousClock.now + .seconds(15)
            let answered = try await NIOThreadPool.singleton.runIfActive {
                var answered: [Bool] = []
                while answered.isEmpty || answered.count < 50 && ContinuousClock.now < end {
                    if let isAnswered = Burst.isAnswered(port, silent: 60) { answered.append(isAnswered) }
                }
                return answered
            }
            #expect(!answered.contains(false))
        }
    }

    @Test("A server that stops while connections arrive ends properly")
    func stopped() async throws {
        for _ in 0..<20 {
            try await RunningServer.run { server in
                let port = server.port
                _ = try await NIOThreadPool.singleton.runIfActive { Burst.isAnswered(port, silent: 60) }
            }
        }
    }

    /// Opens the given number of silent connections, one after the other.
    private static func flood(
        _ port: Int, _ count: Int, _ body: () async throws -> Void
    ) async throws {
        guard count > 0 else { return try await body() }
        try await RawConnection.open(port) { _ in try await flood(port, count - 1, body) }
    }

    @Test("A body in tiny chunks is refused early; a small message may have chunks of any size")
    func tinyChunks() async throws {
        let head =
            "POST /v1/sanityTest HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n"
            + "Transfer-Encoding: chunked\r\n\r\n"
        try await RunningServer.run { server in
            try await RawConnection.open(server.port) { client in
                let text = Self.message(4000)
                try await client.send(head + text.map { "1\r\n\($0)\r\n" }.joined() + "0\r\n\r\n")
                #expect(try await client.answer().status == 200)
                let large = (0..<40).map { _ in "2000\r\n" + String(repeating: " ", count: 8192) + "\r\n" }.joined()
                try await client.send(head + "12\r\n{\"testString\":\"x\"}\r\n" + large + "0\r\n\r\n")
                #expect(try await client.answer().status == 200)
            }
            try await RawConnection.open(server.port) { client in
                try await client.send(head + String(repeating: "1\r\n \r\n", count: 5000))
                let answer = try await client.answer()
                #expect(answer.status == 400)
                #expect(answer.text.contains("chunks"))
            }
        }
    }

    @Test("A client that waits for an answer keeps its connection; if no other can be closed, new ones get 503")
    func servedStay() async throws {
        let gate = Gate()
        try await RunningServer.run(
            { ($0.connections, $0.connectionsPerAddress) = (2, 2) }, endpoints: [gate.endpoint]
        ) { server in
            try await RawConnection.open(server.port) { first in
                try await RawConnection.open(server.port) { second in
                    for (number, connection) in [first, second].enumerated() {
                        try await connection.send(Self.head(18) + Self.message(18))
                        await gate.reached(number + 1)
                    }
                    let refused = try await server.request("GET", "/healthz")
                    #expect(refused.status == 503)
                    #expect(refused.headers["retry-after"] == "5")
                    gate.open()
                    #expect(try await first.answer().status == 200)
                    #expect(try await second.answer().status == 200)
                }
            }
            #expect(server.log.lines.contains { $0.hasPrefix("too many connections: new ones are refused") })
        }
    }

    @Test("A client that disconnects before the answer takes no place from others")
    func goneBeforeTheAnswer() async throws {
        let gate = Gate()
        try await RunningServer.run(
            { ($0.connections, $0.connectionsPerAddress) = (2, 2) }, endpoints: [gate.endpoint]
        ) { server in
            for number in 1...2 {
                try await RawConnection.open(server.port) { client in
                    try await client.send(Self.head(18) + Self.message(18))
                    await gate.reached(number)
                }
            }
            // The server may not have noticed yet that they are closed.
            while try await server.request("GET", "/healthz").status != 200 { await Task.yield() }
            gate.open()
        }
    }

    @Test("A client that does not read answers is disconnected")
    func unreadAnswers() async throws {
        try await RunningServer.run({ $0.idleSeconds = 1 }) { server in
            try await RawConnection.open(server.port) { connection in
                let requests = String(
                    repeating: "GET /services/VirtualMachineServer?wsdl HTTP/1.1\r\nHost: a\r\n\r\n", count: 100)
                await #expect(throws: (any Error).self) {
                    while true { try await connection.send(requests) }
                }
            }
        }
    }

    private static func smallBudget(_ settings: inout HTTPServer.Settings) {
        settings.bodyLimit = 256 << 10
        settings.bodyBudget = 1 << 20
    }

    @Test("Without memory for a large body, it waits a while and gets 503; small ones are served immediately")
    func noRoom() async throws {
        let gate = Gate()
        try await RunningServer.run(
            {
                Self.smallBudget(&$0)
                $0.budgetSeconds = 1
            }, endpoints: [gate.endpoint]
        ) { server in
            try await RawConnection.open(server.port) { connection in
                try await connection.send(Self.head(200_000) + Self.message(200_000))
                await gate.reached(1)
                gate.openForOthers()
                // The first is not answered yet; small requests pass it.
                #expect(try await server.json("sanityTest", Self.message(60_000)).status == 200)
                let refused = try await server.json("sanityTest", Self.message(200_000))
                #expect(refused.status == 503)
                #expect(refused.headers["retry-after"] == "5")
                #expect(refused.text.contains("\"code\":\"serverBusy\""))
                let soap = try await server.soap(SOAPFaceTests.recorded + Self.message(200_000))
                #expect(soap.status == 503)
                gate.release()
                #expect(try await connection.answer().status == 200)
                #expect(try await server.json("sanityTest", Self.message(200_000)).status == 200)
            }
        }
    }

    @Test("A large body that arrives too slowly makes room for another one that waits")
    func slowGivesWay() async throws {
        try await RunningServer.run(Self.smallBudget) { server in
            try await RawConnection.open(server.port) { slow in
                try await slow.send(Self.head(200_000) + Self.message(100_000))
                // Wait until it has reserved its memory; otherwise a concurrent large body would be first.
                try await RawConnection.open(server.port) { other in
                    try await other.send(Self.health)
                    #expect(try await other.answer().status == 200)
                }
                #expect(try await server.json("sanityTest", Self.message(200_000)).status == 200)
                #expect(try await server.json("sanityTest", Self.message(200_000)).status == 200)
            }
        }
    }

    @Test("Memory is released, however a request ends")
    func givenBack() async throws {
        try await RunningServer.run({
            Self.smallBudget(&$0)
            $0.budgetSeconds = 0
        }) { server async throws in
            for _ in 0..<3 {
                #expect(try await server.json("sanityTest", Self.message(200_000)).status == 200)
                #expect(try await server.json("sanityTest", "{" + Self.message(200_000)).status == 400)
                #expect(try await server.json("nope", Self.message(200_000)).status == 404)
                #expect(try await server.json("sanityTest", Self.message(300_000)).status == 413)
                #expect(try await server.soap(Self.message(200_000)).status == 400)
            }
        }
    }
}

/// A service that holds its calls until the test opens it; from then on, calls are answered immediately.
final class Gate: Sendable {
    private struct State {
        var arrived = 0
        var isOpen = false
        var waiting: [CheckedContinuation<Void, Never>] = []
        var watching: [(count: Int, resumption: CheckedContinuation<Void, Never>)] = []
    }

    private let state = Mutex(State())

    var endpoint: Endpoint {
        Endpoint(SanityTest.self) { request in
            await self.pass()
            var response = SanityTestResponse()
            response.testString = request.testString
            return response
        }
    }

    private func pass() async {
        await withCheckedContinuation { continuation in
            let (passes, reached) = state.withLock { state in
                state.arrived += 1
                let reached = state.watching.filter { $0.count <= state.arrived }
                state.watching.removeAll { $0.count <= state.arrived }
                if !state.isOpen { state.waiting.append(continuation) }
                return (state.isOpen, reached)
            }
            for watcher in reached { watcher.resumption.resume() }
            if passes { continuation.resume() }
        }
    }

    /// Waits until that many calls have arrived.
    func reached(_ count: Int) async {
        await withCheckedContinuation { continuation in
            let isThere = state.withLock { state in
                if state.arrived < count { state.watching.append((count, continuation)) }
                return state.arrived >= count
            }
            if isThere { continuation.resume() }
        }
    }

    /// Lets later calls pass; calls that already wait stay.
    func openForOthers() { state.withLock { $0.isOpen = true } }

    /// Lets all waiting calls pass.
    func release() {
        let waiting = state.withLock { state in
            defer { state.waiting = [] }
            return state.waiting
        }
        for continuation in waiting { continuation.resume() }
    }

    func open() {
        openForOthers()
        release()
    }
}
