import Testing
import VMSAPI

@testable import HTTP

/// The JSON face as its clients use it.
struct JSONFaceTests {
    private func value(_ answer: RawConnection.Answer) throws -> [String: WireValue] {
        let members = try #require(try JSONReader.value(of: answer.body).members)
        return Dictionary(uniqueKeysWithValues: members.map { ($0.name, $0.value) })
    }

    @Test("A call with fields, and one without a body")
    func calls() async throws {
        try await RunningServer.run { server in
            let text = "\u{E1}\u{1F680} \\\" \u{1}"
            let body = JSONWriter.text(of: .object([.init("testString", .string(text))]))
            let answer = try await server.json("sanityTest", body)
            #expect(answer.status == 200)
            #expect(answer.headers["content-type"] == "application/json")
            #expect(try value(answer)["testString"] == .string(text))
            for body in ["", "{}"] {
                #expect(try await server.json("getAvailableOSes", body).status == 200)
            }
            #expect(try await server.request("POST", "/v1/getAvailableOSes", ["Content-Length: 0"]).status == 200)
        }
    }

    @Test(
        "A failure's status depends on its code, and its body is the fault",
        arguments: [
            ("machineNotFound", 404), ("nodeNotRegistered", 404), ("machineNameTaken", 409), ("nodeInUse", 409),
            ("machineBusy", 409), ("nodeKeyRefused", 409), ("nodeUnreachable", 503), ("timedOut", 504),
            ("hypervisorFailed", 502), ("storageFull", 507), ("internalError", 500),
        ])
    func failures(code: String, status: Int) async throws {
        try await RunningServer.run { server in
            let answer = try await server.json("destroyVirtualMachine", "{\"phyServer\":\"x\",\"vmName\":\"\(code)\"}")
            #expect(answer.status == status)
            #expect(answer.headers["content-type"] == "application/problem+json")
            let value = try value(answer)
            #expect(value["code"] == .string(code))
            #expect(value["title"] == .string("it's <so>"))
            #expect(value["reason"] == .string("it's <so>"))
            #expect(value["service"] == .string("destroyVirtualMachine"))
            #expect(value["status"] == .number("\(status)"))
        }
    }

    @Test("An invalid field is 400 with its name, invalid JSON is 400, an unknown service is 404")
    func fields() async throws {
        try await RunningServer.run { server in
            let missing = try await server.json("sanityTest", "{}")
            #expect(missing.status == 400)
            #expect(try value(missing)["code"] == .string("missingField"))
            #expect(try value(missing)["field"] == .string("testString"))
            let broken = try await server.json("sanityTest", "{\"testString\":")
            #expect(broken.status == 400)
            #expect(try value(broken)["code"] == .string("malformed"))
            #expect(try value(broken)["service"] == .string("sanityTest"))
            let unknown = try await server.json("nope", "{}")
            #expect(unknown.status == 404)
            #expect(try value(unknown)["code"] == .string("unknownService"))
        }
    }

    @Test(
        "Only application/json is accepted; a missing type only without a body",
        arguments: [
            ("application/json", "{}", 200), ("application/json; charset=utf-8", "{}", 200), ("", "", 200),
            ("text/plain", "{}", 415), ("text/plain", "", 415), ("", "{}", 415),
            ("application/x-www-form-urlencoded", "a=1", 415),
        ])
    func types(type: String, body: String, status: Int) async throws {
        try await RunningServer.run { server in
            let headers = (type.isEmpty ? [] : ["Content-Type: \(type)"]) + (body.isEmpty ? ["Content-Length: 0"] : [])
            let answer = try await server.post("/v1/getAvailableOSes", headers, body)
            #expect(answer.status == status)
        }
    }

    @Test("A byte order mark before the body is ignored; other encodings are refused with a reason")
    func encodings() async throws {
        try await RunningServer.run { server in
            let text = "{\"testString\":\"x\"}"
            #expect(try await server.json("sanityTest", "\u{FEFF}\(text)").status == 200)
            let wide = "\u{0}" + text.map { "\($0)" }.joined(separator: "\u{0}")
            let answer = try await server.json("sanityTest", wide)
            #expect(answer.status == 400)
            #expect(answer.text.contains("UTF-16"))
        }
    }

    @Test("Fields in the address are refused, since they would be ignored", arguments: ["dryRun=true", "x"])
    func query(query: String) async throws {
        try await RunningServer.run { server in
            let answer = try await server.json("getAvailableOSes?\(query)", "{}")
            #expect(answer.status == 400)
            #expect(answer.text.contains("'\(query)'"))
            #expect(try await server.json("getAvailableOSes?", "{}").status == 200)
        }
    }

    @Test("A misspelt field is 400, in SOAP as well")
    func misspelt() async throws {
        try await RunningServer.run { server in
            let json = try await server.json("sanityTest", "{\"teststring\":\"x\"}")
            #expect(json.status == 400)
            #expect(try value(json)["code"] == .string("unknownField"))
            #expect(try value(json)["field"] == .string("teststring"))
            let soap = try await server.soap(SOAPFaceTests.message("<sanityTest><TestString/></sanityTest>"))
            #expect(soap.status == 500)
            #expect(soap.text.contains("did you mean 'testString'?"))
        }
    }

    @Test("GET /v1 lists every service, its fields and its response")
    func index() async throws {
        try await RunningServer.run { server in
            let answer = try await server.request("GET", "/v1")
            guard case .array(let services)? = try value(answer)["services"] else {
                Issue.record("no services")
                return
            }
            let names = services.compactMap { $0.members?.first?.value.text }
            #expect(names == RunningServer.endpoints.map(\.name))
            #expect(answer.text.contains("{\"name\":\"testString\",\"type\":\"string\",\"required\":true"))
        }
    }
}
