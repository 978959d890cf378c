import Synchronization
import Testing

@testable import HTTP

/// The parts around the services: health, metrics, log, and access control.
struct HTTPServerTests {
    @Test("Health follows readiness")
    func health() async throws {
        let readiness = Readiness()
        try await RunningServer.run(ready: { readiness.next() }) { server async throws in
            #expect(try await server.request("GET", "/healthz").status == 503)
            #expect(try await server.request("GET", "/healthz").status == 200)
        }
    }

    @Test("no text of a caller becomes a header of an answer")
    func splitting() async throws {
        try await RunningServer.run { server in
            let evil = "%0d%0aX-Evil:%201"
            for path in ["/\(evil)", "/v1/\(evil)", "/?\(evil)", "/services/VirtualMachineServer?wsdl&\(evil)"] {
                let answer = try await server.request("GET", path, ["Host: 127.0.0.1"])
                #expect(answer.headers["x-evil"] == nil, "\(path)")
            }
            for header in ["Content-Type", "Accept", "Origin", "Authorization", "Cookie", "Upload-Offset"] {
                let answer = try await server.post(
                    "/v1/sanityTest", ["\(header): a\u{0B}b\rX-Evil: 1"], "{}")
                #expect(answer.headers["x-evil"] == nil, "\(header)")
            }
        }
    }

    @Test("Metrics count calls by service, face and outcome, and contain no names from callers")
    func metrics() async throws {
        try await RunningServer.run { server in
            for _ in 0..<3 { _ = try await server.json("sanityTest", "{\"testString\":\"x\"}") }
            _ = try await server.soap(SOAPFaceTests.message("<madeUp/>"))
            _ = try await server.soap(SOAPFaceTests.message("<sanityTest/>"))
            _ = try await server.soap("rubbish")
            let answer = try await server.request("GET", "/metrics")
            #expect(answer.headers["content-type"] == "text/plain; version=0.0.4; charset=utf-8")
            let lines = Set(answer.text.split(separator: "\n").map(String.init))
            for line in [
                "vms_calls_total{service=\"sanityTest\",face=\"json\",outcome=\"SUCCESS\"} 3",
                "vms_calls_total{service=\"unknown\",face=\"soap\",outcome=\"unknownService\"} 1",
                "vms_calls_total{service=\"sanityTest\",face=\"soap\",outcome=\"missingField\"} 1",
                "vms_calls_total{service=\"unknown\",face=\"soap\",outcome=\"malformed\"} 1",
                "vms_call_seconds_bucket{service=\"sanityTest\",face=\"json\",outcome=\"SUCCESS\",le=\"+Inf\"} 3",
                "vms_call_seconds_count{service=\"sanityTest\",face=\"json\",outcome=\"SUCCESS\"} 3",
            ] { #expect(lines.contains(line), "\(line)") }
            #expect(!answer.text.contains("madeUp"))
        }
    }

    @Test("Each call is logged once with service, face, outcome, time and request id, but without its content")
    func log() async throws {
        try await RunningServer.run { server in
            _ = try await server.json("sanityTest", "{\"testString\":\"secret\"}")
            _ = try await server.soap(SOAPFaceTests.message("<sanityTest><testString>secret</testString></sanityTest>"))
            _ = try await server.soap("secret")
            let calls = server.log.calls
            #expect(calls.count == 3)
            #expect(calls.map { $0.contains("face=json") } == [true, false, false])
            #expect(calls.map { $0.contains("outcome=SUCCESS service=sanityTest us=") } == [true, true, false])
            #expect(calls.allSatisfy { $0.contains("from=127.0.0.1 hb.request.id=") })
            #expect(!server.log.lines.joined().contains("secret"))
        }
    }

    @Test("Unknown addresses are 404, wrong methods 405 with the allowed ones")
    func routes() async throws {
        try await RunningServer.run { server in
            #expect(try await server.request("GET", "/").status == 200)
            #expect(try await server.request("GET", "/nope").status == 404)
            #expect(try await server.request("GET", "/v1x").status == 404)
            for (method, path, allowed) in [
                ("PUT", "/services/VirtualMachineServer", "GET, HEAD, POST"), ("GET", "/v1/sanityTest", "POST"),
                ("POST", "/v1", "GET, HEAD"), ("DELETE", "/healthz", "GET, HEAD"),
            ] {
                let answer = try await server.request(method, path, ["Content-Length: 0"])
                #expect(answer.status == 405)
                #expect(answer.headers["allow"] == allowed)
            }
        }
    }

    @Test("HEAD has the headers of GET and no body")
    func head() async throws {
        try await RunningServer.run { server in
            try await RawConnection.open(server.port) { connection in
                for path in ["/healthz", "/nope"] {
                    try await connection.send("HEAD \(path) HTTP/1.1\r\nHost: a\r\n\r\n")
                    let answer = try await connection.answer(head: true)
                    #expect(answer.headers["content-length"].flatMap { Int($0) } ?? 0 > 0)
                }
                // A body after the headers would be taken for this answer.
                try await connection.send("GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n")
                #expect(try await connection.answer().text == "ok\n")
            }
        }
    }

    @Test(
        "Pages of other sites are refused, and so are foreign names that point at the server",
        arguments: [
            ("http://evil.example", "127.0.0.1:1", false), ("null", "127.0.0.1:1", false),
            ("http://evil.example:1", "evil.example:1", false), ("https://127.0.0.1:1", "127.0.0.1:1", false),
            ("http://127.0.0.1:2", "127.0.0.1:1", false), ("http://127.0.0.1:1", "127.0.0.1:1", true),
            ("http://localhost:1", "LOCALHOST:1", true), ("http://[::1]:1", "[::1]:1", true),
            ("http://vms.example:1", "vms.example:1", true), ("http://1.evil.example", "1.evil.example", false),
        ])
    func browsers(origin: String, host: String, isOurs: Bool) async throws {
        try await RunningServer.run({ $0.browserHosts = ["vms.example"] }) { server in
            let headers = ["Origin: \(origin)", "Host: \(host)"]
            let json = try await server.post(
                "/v1/sanityTest", headers + ["Content-Type: application/json"], "{\"testString\":\"\"}")
            #expect(json.status == (isOurs ? 200 : 403))
            let soap = try await server.soap(SOAPFaceTests.recorded, headers)
            #expect(soap.status == (isOurs ? 200 : 400))
        }
    }

    @Test("Pages read nothing under foreign names that point at the server; a name without a dot is accepted")
    func readers() async throws {
        try await RunningServer.run({ $0.browserHosts = ["vms.example"] }) { server in
            for path in ["/", "/v1", "/metrics"] {
                for (host, right) in [
                    ("evil.example:\(server.port)", 403), ("127.0.0.1.evil.example", 403), ("vms.example", 200),
                    ("127.0.0.1", 200),
                    ("[::1]:1", 200), ("localhost:1", 200), ("vmsd:8080", 200),
                ] {
                    #expect(try await server.request("GET", path, ["Host: \(host)"]).status == right, "\(path) \(host)")
                }
                let foreign = try await server.request("GET", path, ["Host: 127.0.0.1", "Origin: http://evil.example"])
                #expect(foreign.status == 403)
            }
            for path in ["/healthz", "/services/VirtualMachineServer?wsdl"] {
                #expect(try await server.request("GET", path, ["Host: any.example"]).status == 200)
            }
        }
    }

    @Test("Behind a proxy with TLS, contract and browsers use the public address, whatever headers are forwarded")
    func publicURL() async throws {
        let url = try PublicURL("https://VMS.example.org:443/vms/")
        try await RunningServer.run({ $0.publicURL = url }) { server in
            for host in ["vms.example.org", "127.0.0.1:\(server.port)"] {
                let contract = try await server.request(
                    "GET", "/services/VirtualMachineServer?wsdl",
                    ["Host: \(host)", "X-Forwarded-Proto: ftp", "X-Forwarded-Host: evil.example"])
                #expect(contract.status == 200)
                #expect(contract.text.contains("location=\"https://vms.example.org/vms/services/VirtualMachineServer"))
                #expect(!contract.text.contains("location=\"http://"))
                #expect(!contract.text.contains("evil.example"))
                for (origin, right) in [("https://vms.example.org", 200), ("https://evil.example", 403)] {
                    let answer = try await server.post(
                        "/v1/sanityTest", ["Host: \(host)", "Origin: \(origin)", "Content-Type: application/json"],
                        "{\"testString\":\"\"}")
                    #expect(answer.status == right)
                }
            }
        }
        try await RunningServer.run { server in
            let contract = try await server.request(
                "GET", "/services/VirtualMachineServer?wsdl",
                ["X-Forwarded-Proto: https", "X-Forwarded-Host: evil.example"])
            #expect(contract.text.contains("location=\"http://127.0.0.1:\(server.port)/services"))
        }
    }

    @Test(
        "A public address is http or https, a host, and optionally a port and a path",
        arguments: [
            ("https://a.example", "https://a.example"), ("HTTP://A:80/", "http://a"),
            ("https://a:8443/x/", "https://a:8443/x"),
            ("https://[::1]:1", "https://[::1]:1"), ("a.example", nil), ("ftp://a", nil), ("https://", nil),
            ("https://u@a", nil),
            ("https://a?x", nil), ("https://a/<b>", nil), ("https://a:99999", nil), ("https://a#x", nil),
            ("https://a b", nil),
            ("https://a\r\nX: y", nil),
        ] as [(String, String?)])
    func publicURLs(text: String, right: String?) {
        #expect((try? PublicURL(text))?.text == right)
    }

    @Test("SOAP with a form's type is refused, since a browser sends those without a preflight")
    func forms() async throws {
        try await RunningServer.run { server in
            for type in ["text/plain", "text/plain;charset=UTF-8", "application/x-www-form-urlencoded"] {
                let answer = try await server.soap(SOAPFaceTests.recorded, ["Content-Type: \(type)"])
                #expect(answer.status == 400)
                #expect(answer.text.contains("Content-Type"))
            }
        }
    }
}

/// False on the first call, true from then on.
final class Readiness: Sendable {
    private let wasCalled = Mutex(false)

    func next() -> Bool {
        wasCalled.withLock { wasCalled in
            defer { wasCalled = true }
            return wasCalled
        }
    }
}
