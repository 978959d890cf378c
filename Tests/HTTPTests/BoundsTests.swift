import NIOPosix
import SOAP
import Synchronization
import Testing
import VMSAPI

@testable import HTTP

/// What many connections and large bodies may take of a server, and that others are served meanwhile.
struct BoundsTests {
    private static let health = "GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n"

    private static func head(_ length: Int) -> String {
        "POST /v1/sanityTest HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: \(length)\r\n\r\n"
    }

    /// A message with so many bytes.
    private static func message(_ length: Int) -> String {
        let text = "{\"testString\":\"x\"}"
        return text + String(repeating: " ", count: length - text.utf8.count)
    }

    @Test("Of too many connections the one goes that was silent longest; one that asks is never kept out")
    func silentGoFirst() async throws {
        try await RunningServer.run({ ($0.connections, $0.connectionsPerAddress) = (4, 4) }) { server in
            try await RawConnection.open(server.port) { active in
                try await RawConnection.open(server.port) { silent in
                    try await silent.send(Self.health)
                    #expect(try await silent.answer().status == 200)
                    try await RawConnection.open(server.port) { trickling in
                        try await trickling.send("POST /v1/sanityTest HTTP/1.1\r\nHo")
                        // From then on nobody has been silent for longer than `silent`.
                        for _ in 0..<2 {
                            try await active.send(Self.health)
                            #expect(try await active.answer().status == 200)
                        }
                        for _ in 0..<2 { #expect(try await server.request("GET", "/healthz").status == 200) }
                        // The server may not have seen yet that the last of these are closed; they go before `active` then.
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

    @Test("Who asks now and then keeps his connection in a flood of others that say nothing")
    func quietStay() async throws {
        try await RunningServer.run({ ($0.connections, $0.connectionsPerAddress) = (4, 4) }) { server in
            try await RawConnection.open(server.port) { quiet in
                try await quiet.send(Self.health)
                #expect(try await quiet.answer().status == 200)
                try await Self.flood(server.port, 12) {
                    // As late as none of them.
                    #expect(try await server.request("GET", "/healthz").status == 200)
                    try await quiet.send(Self.health)
                    #expect(try await quiet.answer().status == 200)
                }
            }
        }
    }

    @Test("One that asks at once is heard, however many come right after it and say nothing")
    func burst() async throws {
        try await RunningServer.run({ ($0.connections, $0.connectionsPerAddress) = (8, 8) }) { server in
            let port = server.port
            let heard = try await NIOThreadPool.singleton.runIfActive {
                (0..<50).filter { _ in Burst.isHeard(port, silent: 60) }.count
            }
            #expect(heard == 50)
        }
    }

    @Test("A server that stops while connections come in ends as it should")
    func stopped() async throws {
        for _ in 0..<20 {
            try await RunningServer.run { server in
                let port = server.port
                _ = try await NIOThreadPool.singleton.runIfActive { Burst.isHeard(port, silent: 60) }
            }
        }
    }

    /// So many connections that say nothing, one after the other.
    private static func flood(
        _ port: Int, _ count: Int, _ body: () async throws -> Void
    ) async throws {
        guard count > 0 else { return try await body() }
        try await RawConnection.open(port) { _ in try await flood(port, count - 1, body) }
    }

    @Test("A body in tiny chunks is refused before the millionth; a small message may come as it likes")
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

    @Test("Who waits for an answer keeps the connection; without another place, new ones are told to come back")
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

    @Test("Who goes away before the answer takes no place from others")
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
            // The server may not have seen yet that they are gone.
            while try await server.request("GET", "/healthz").status != 200 { await Task.yield() }
            gate.open()
        }
    }

    @Test("Who does not read answers is sent away")
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

    @Test("Without room for a large body, it waits a while and is told to come back; small ones are served at once")
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

    @Test("A large body that hardly arrives makes room for another that waits")
    func slowGivesWay() async throws {
        try await RunningServer.run(Self.smallBudget) { server in
            try await RawConnection.open(server.port) { slow in
                try await slow.send(Self.head(200_000) + Self.message(100_000))
                // Until it has taken its room; a large body beside it would otherwise be first.
                try await RawConnection.open(server.port) { other in
                    try await other.send(Self.health)
                    #expect(try await other.answer().status == 200)
                }
                #expect(try await server.json("sanityTest", Self.message(200_000)).status == 200)
                #expect(try await server.json("sanityTest", Self.message(200_000)).status == 200)
            }
        }
    }

    @Test("Room is given back, whatever becomes of a request")
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

/// A service that answers a large or any message only when it may; others, and everything once it is open, at once.
final class Gate: Sendable {
    private struct State {
        var arrived = 0
        var isOpen = false
        var waiting: [CheckedContinuation<Void, Never>] = []
        var watching: [(count: Int, goOn: CheckedContinuation<Void, Never>)] = []
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
            let (passes, told) = state.withLock { state in
                state.arrived += 1
                let told = state.watching.filter { $0.count <= state.arrived }
                state.watching.removeAll { $0.count <= state.arrived }
                if !state.isOpen { state.waiting.append(continuation) }
                return (state.isOpen, told)
            }
            for watcher in told { watcher.goOn.resume() }
            if passes { continuation.resume() }
        }
    }

    /// Returns when so many have come.
    func reached(_ count: Int) async {
        await withCheckedContinuation { continuation in
            let isThere = state.withLock { state in
                if state.arrived < count { state.watching.append((count, continuation)) }
                return state.arrived >= count
            }
            if isThere { continuation.resume() }
        }
    }

    /// Lets who comes from now on pass, and who waits stay.
    func openForOthers() { state.withLock { $0.isOpen = true } }

    /// Lets all pass who wait.
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
