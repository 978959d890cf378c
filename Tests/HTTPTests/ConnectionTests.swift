import Testing

@testable import HTTP

/// Connections as HTTP/1.0 and HTTP/1.1 clients of all ages use them, byte by byte.
struct ConnectionTests {
    private static let post = "POST /services/VirtualMachineServer"
    private static let message = SOAPFaceTests.recorded

    private func head(_ version: String, _ headers: String...) -> String {
        (["\(Self.post) \(version)", "Host: a", "Content-Type: text/xml"] + headers).joined(separator: "\r\n")
            + "\r\n\r\n"
    }

    private var length: String { "Content-Length: \(Self.message.utf8.count)" }

    @Test("The 2010 client's request, chunked in any way, on a connection that is kept")
    func chunked() async throws {
        try await RunningServer.run { server in
            try await RawConnection.open(server.port) { connection in
                for size in [1, 7, 4096] {
                    try await connection.send(
                        "POST /axis2/services/VMServer HTTP/1.1\r\nContent-Type: text/xml; charset=UTF-8\r\n"
                            + "SOAPAction: \"urn:anonOutInOp\"\r\nUser-Agent: Axis2\r\nHost: localhost:8080\r\n"
                            + "Transfer-Encoding: chunked\r\n\r\n")
                    var rest = Array(Self.message.utf8)[...]
                    while !rest.isEmpty {
                        let part = rest.prefix(size)
                        rest = rest.dropFirst(size)
                        try await connection.send("\(String(part.count, radix: 16))\r\n")
                        try await connection.send(Array(part) + [13, 10])
                    }
                    try await connection.send("0\r\n\r\n")
                    let answer = try await connection.answer()
                    #expect(answer.status == 200)
                    #expect(answer.text.contains(">hello<"))
                    #expect(answer.headers["connection"] == nil)
                }
            }
        }
    }

    @Test(
        "The connection ends if the client requests it: HTTP/1.0, close in any spelling, and among other tokens",
        arguments: [
            ("HTTP/1.0", ""), ("HTTP/1.0", "Connection: close"), ("HTTP/1.1", "Connection: close"),
            ("HTTP/1.1", "Connection: Close"), ("HTTP/1.1", "Connection: TE, close"),
        ])
    func closing(version: String, header: String) async throws {
        try await RunningServer.run { server in
            try await RawConnection.open(server.port) { connection in
                let headers = header.isEmpty ? [length] : [length, header]
                let head = (["\(Self.post) \(version)", "Host: a", "TE: deflate"] + headers).joined(separator: "\r\n")
                try await connection.send(head + "\r\n\r\n" + Self.message)
                let answer = try await connection.answer()
                #expect(answer.status == 200)
                #expect(answer.headers["connection"] == "close")
                #expect(try await connection.untilEnd().isEmpty)
            }
        }
    }

    @Test("HTTP/1.0 keeps a connection on request, and the answer says so")
    func oldKeepAlive() async throws {
        try await RunningServer.run { server in
            try await RawConnection.open(server.port) { connection in
                for _ in 0..<3 {
                    try await connection.send(head("HTTP/1.0", length, "Connection: Keep-Alive") + Self.message)
                    let answer = try await connection.answer()
                    #expect(answer.status == 200)
                    #expect(answer.headers["connection"] == "keep-alive")
                }
            }
        }
    }

    @Test("HTTP/1.0 without Host gets a contract with the address that it reached")
    func oldWithoutHost() async throws {
        try await RunningServer.run { server in
            try await RawConnection.open(server.port) { connection in
                try await connection.send("GET /services/VirtualMachineServer?wsdl HTTP/1.0\r\n\r\n")
                let answer = try await connection.answer()
                #expect(
                    answer.text.contains("location=\"http://127.0.0.1:\(server.port)/services/VirtualMachineServer\""))
            }
        }
    }

    @Test("Expect: 100-continue is answered before the body, and then the answer follows")
    func expect() async throws {
        try await RunningServer.run { server in
            try await RawConnection.open(server.port) { connection in
                for _ in 0..<2 {
                    try await connection.send(head("HTTP/1.1", length, "Expect: 100-continue"))
                    #expect(try await connection.answer().status == 100)
                    try await connection.send(Self.message)
                    #expect(try await connection.answer().status == 200)
                }
            }
        }
    }

    @Test("HTTP/1.0 has no 100 Continue, and a body that was sent along needs none")
    func noContinue() async throws {
        try await RunningServer.run { server in
            try await RawConnection.open(server.port) { connection in
                try await connection.send(head("HTTP/1.0", length, "Expect: 100-continue"))
                try await connection.send(Self.message)
                #expect(try await connection.answer().status == 200)
            }
        }
    }

    @Test("Pipelined requests are answered in order, with 100 Continue in its turn")
    func pipelined() async throws {
        try await RunningServer.run { server in
            try await RawConnection.open(server.port) { connection in
                try await connection.send(
                    head("HTTP/1.1", length) + Self.message + head("HTTP/1.1", length, "Expect: 100-continue"))
                #expect(try await connection.answer().status == 200)
                #expect(try await connection.answer().status == 100)
                try await connection.send(Self.message + "GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n")
                #expect(try await connection.answer().status == 200)
                #expect(try await connection.answer().text == "ok\n")
            }
        }
    }

    @Test("A body whose announced length is too large is refused before it is sent, and the connection ends")
    func announcedTooLarge() async throws {
        try await RunningServer.run({ $0.bodyLimit = 1000 }) { server in
            try await RawConnection.open(server.port) { connection in
                try await connection.send(head("HTTP/1.1", "Content-Length: 1001", "Expect: 100-continue"))
                let answer = try await connection.answer()
                #expect(answer.status == 413)
                #expect(answer.text.contains("<faultcode>soapenv:Client</faultcode>"))
                #expect(answer.text.contains("1000 bytes"))
                #expect(answer.headers["connection"] == "close")
                #expect(try await connection.untilEnd().isEmpty)
            }
        }
    }

    @Test("A body that turns out to be too large is refused while it is sent, and the rest is dropped")
    func streamedTooLarge() async throws {
        try await RunningServer.run({ $0.bodyLimit = 1000 }) { server in
            try await RawConnection.open(server.port) { connection in
                try await connection.send(head("HTTP/1.1", "Transfer-Encoding: chunked"))
                let chunk = "200\r\n" + String(repeating: "x", count: 512) + "\r\n"
                try await connection.send(chunk + chunk)
                let answer = try await connection.answer()
                #expect(answer.status == 413)
                #expect(answer.headers["connection"] == "close")
                // The answer was not destroyed by a reset; the rest of the body is still received.
                try await connection.send(chunk)
                #expect(try await connection.untilEnd().isEmpty)
            }
        }
    }

    @Test("A body of exactly the limit is accepted")
    func exactlyTheLimit() async throws {
        let limit = Self.message.utf8.count
        try await RunningServer.run({ $0.bodyLimit = limit }) { server async throws in
            #expect(try await server.soap(Self.message).status == 200)
            #expect(try await server.soap(Self.message + "\n").status == 413)
        }
    }

    @Test("A silent client is disconnected, between requests and within one")
    func silence() async throws {
        try await RunningServer.run({ $0.idleSeconds = 1 }) { server in
            for start in ["", "POST /services/VirtualMachineServer HTTP/1.1\r\nHos", head("HTTP/1.1", length) + "<"] {
                try await RawConnection.open(server.port) { connection in
                    try await connection.send(head("HTTP/1.1", length) + Self.message)
                    #expect(try await connection.answer().status == 200)
                    try await connection.send(start)
                    #expect(try await connection.untilEnd().isEmpty)
                }
            }
        }
    }

    @Test("A client that sends too slowly is disconnected")
    func drops() async throws {
        try await RunningServer.run({ $0.slowestSeconds = 1 }) { server in
            try await RawConnection.open(server.port) { connection in
                try await connection.send(head("HTTP/1.1", length) + Self.message)
                #expect(try await connection.answer().status == 200)
                try await connection.send(head("HTTP/1.1", length) + "<")
                #expect(try await connection.untilEnd().isEmpty)
            }
        }
    }

    @Test(
        "A request names its host exactly once",
        arguments: [
            "", "Host: a\r\nHost: b\r\n", "Host: a\r\nHost: a\r\n", "Host:\r\n", "Host: a\"><b\r\n", "Host: a b\r\n",
            "Host: [::1\r\n",
        ])
    func hosts(headers: String) async throws {
        try await RunningServer.run { server in
            for (path, method) in [
                ("/healthz", "GET"), ("/services/VirtualMachineServer?wsdl", "GET"), ("/v1/sanityTest", "POST"),
            ] {
                try await RawConnection.open(server.port) { connection in
                    try await connection.send(
                        "\(method) \(path) HTTP/1.1\r\n\(headers)Content-Type: application/json\r\nContent-Length: 2\r\n\r\n{}"
                    )
                    let answer = try await connection.answer()
                    #expect(answer.status == 400)
                    #expect(answer.text.contains("exactly one Host header"))
                }
            }
        }
    }

    @Test(
        "A length out of range is too large; an invalid length is 400",
        arguments: [
            ("9223372036854775808", [413]), ("18446744073709551615", [413]), ("18446744073709551616", [400, 413]),
            ("+5", [400]),
            ("-1", [400]), ("0x5", [400]), ("5, 5", [400]), ("", [400]), ("5\r\nContent-Length: 6", [400]),
        ] as [(String, [Int])])
    func lengths(length: String, right: [Int]) async throws {
        try await RunningServer.run { server in
            try await RawConnection.open(server.port) { connection in
                try await connection.send(head("HTTP/1.1", "Content-Length: \(length)") + "xxxxx")
                #expect(right.contains(try await connection.answer().status))
                // The bytes after it are not read as another request.
                _ = try await connection.untilEnd()
            }
        }
    }

    @Test("the host and the end of a request are unambiguous")
    func oneReading() async throws {
        try await RunningServer.run { server in
            for (line, head, status) in [
                ("GET http://evil.example/metrics HTTP/1.1", "Host: 127.0.0.1", 400),
                ("GET http://127.0.0.1:81/metrics HTTP/1.1", "Host: 127.0.0.1", 400),
                ("GET http://127.0.0.1/metrics HTTP/1.1", "Host: 127.0.0.1", 200),
                ("GET HTTP://LOCALHOST:80/metrics HTTP/1.1", "Host: localhost", 200),
                ("GET http:///metrics HTTP/1.1", "Host: 127.0.0.1", 400),
                ("POST /v1/sanityTest HTTP/1.1", "Host: a\r\nTransfer-Encoding: gzip, chunked", 501),
                ("POST /v1/sanityTest HTTP/1.0", "Transfer-Encoding: chunked", 400),
                ("GET /healthz HTTP/1.1", "Host: a\r\nvms-head-fault: coding", 200),
            ] {
                try await RawConnection.open(server.port) { connection in
                    try await connection.send("\(line)\r\n\(head)\r\nContent-Type: application/json\r\n\r\n")
                    if head.contains("Transfer") { try await connection.send("2\r\n{}\r\n0\r\n\r\n") }
                    #expect(try await connection.answer().status == status, "\(line) \(head)")
                }
            }
            for host in [
                ".", "..", "-", "[...]", "[v1.x]", "[::g]", "a..b", "-a", "a-", "[127.0.0.1]", "[]", "a b", "",
            ] {
                #expect(try await server.request("GET", "/healthz", ["Host: \(host)"]).status == 400, "\(host)")
            }
            for host in ["a", "a.", "a_b.example", "127.0.0.1:1", "[::1]", "[::1]:2", "a-b"] {
                #expect(try await server.request("GET", "/healthz", ["Host: \(host)"]).status == 200, "\(host)")
            }
        }
    }

    @Test(
        "Invalid HTTP gets 400",
        arguments: [
            "hello\r\n\r\n", "GET / HTTP/1.1\r\nHost: a\r\nContent-Length: x\r\n\r\n",
            "POST /v1/sanityTest HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n",
            "GET / HTTP/1.1\r\nA: \(String(repeating: "x", count: 40_000))\r\n\r\n",
        ])
    func rubbish(text: String) async throws {
        try await RunningServer.run { server in
            try await RawConnection.open(server.port) { connection in
                try await connection.send(text)
                let answer = try await connection.answer()
                #expect(answer.status == 400)
                #expect(try await connection.untilEnd().isEmpty)
            }
            // The server still works.
            #expect(try await server.request("GET", "/healthz").status == 200)
        }
    }
}
