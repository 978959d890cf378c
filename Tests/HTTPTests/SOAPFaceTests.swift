import Testing
import VMSAPI
import XML

@testable import HTTP

/// The SOAP endpoint as its clients use it.
struct SOAPFaceTests {
    static let recorded =
        "<?xml version='1.0' encoding='UTF-8'?><soapenv:Envelope xmlns:soapenv="
        + "\"http://schemas.xmlsoap.org/soap/envelope/\"><soapenv:Body><sanityTest xmlns=\"http://vmserver/xsd\">"
        + "<testString>hello</testString></sanityTest></soapenv:Body></soapenv:Envelope>"

    static func message(_ body: String, version: String = "http://schemas.xmlsoap.org/soap/envelope/") -> String {
        "<e:Envelope xmlns:e=\"\(version)\"><e:Body>\(body)</e:Body></e:Envelope>"
    }

    private static let soap12 = "http://www.w3.org/2003/05/soap-envelope"

    @Test(
        "Addresses that only the first clients use are recognized",
        arguments: [
            ("/axis2/services/VMServer", "2010"), ("/axis2/services/VMServer/getAvailableKernelVersions", "2010"),
            ("/axis2/services/VirtualMachineServer.VirtualMachineServerHttpSoap11Endpoint/", "2010"),
            ("/services/VirtualMachineServer", "now"),
            ("/services/VirtualMachineServer/axis2/services/VMServer", "now"),
        ])
    func firstClients(path: String, expected: String) async throws {
        try await RunningServer.run { server in
            let body = Self.message("<getAvailableKernelVersions xmlns=\"http://vmserver/xsd\"/>")
            let answer = try await server.post(path, ["Content-Type: text/xml"], body)
            #expect(try payload(answer).element(named: "kernelVersion")?.text == expected)
        }
    }

    private func payload(_ answer: RawConnection.Answer) throws -> XMLElement {
        try #require(XMLParser().parse(bytes: answer.body).element(named: "Body")?.elements.first)
    }

    @Test(
        "Every address of the old server and of Axis2's WSDL answers",
        arguments: [
            "/services/VirtualMachineServer", "/services/VirtualMachineServer/", "/axis2/services/VMServer",
            "/axis2/services/VMServer/", "/axis2/services/VirtualMachineServer",
            "/axis2/services/VirtualMachineServer/sanityTest", "/services/VirtualMachineServer/somethingElse",
            "/axis2/services/VirtualMachineServer.VirtualMachineServerHttpSoap11Endpoint/",
            "/axis2/services/VirtualMachineServer.VirtualMachineServerHttpSoap12Endpoint/",
            "/services/VirtualMachineServer.VirtualMachineServerHttpSoap11Endpoint",
            "/axis2/services/VMServer.VMServerHttpSoap11Endpoint/",
        ])
    func addresses(path: String) async throws {
        try await RunningServer.run { server in
            let answer = try await server.post(path, ["Content-Type: text/xml"], Self.recorded)
            #expect(answer.status == 200)
            #expect(try payload(answer).element(named: "testString")?.text == "hello")
        }
    }

    @Test(
        "Neighbouring addresses do not answer", arguments: ["/services/VirtualMachineServerX", "/services/", "/axis2"])
    func neighbours(path: String) async throws {
        try await RunningServer.run { server in
            let answer = try await server.post(path, ["Content-Type: text/xml"], Self.recorded)
            #expect(answer.status == 404)
        }
    }

    @Test(
        "SOAPAction and Content-Type do not select the service",
        arguments: [
            ["Content-Type: text/xml; charset=UTF-8", "SOAPAction: \"urn:anonOutInOp\""],
            ["Content-Type: text/xml;charset=\"utf-8\"", "SOAPAction: \"\""],
            ["Content-Type: text/xml", "Soapaction: urn:destroyVirtualMachine"],
            ["Content-Type: application/xml"], [],
        ])
    func headers(headers: [String]) async throws {
        try await RunningServer.run { server in
            let answer = try await server.soap(Self.recorded, headers)
            #expect(answer.status == 200)
            #expect(answer.headers["content-type"] == "text/xml; charset=UTF-8")
            #expect(try payload(answer).name == "sanityTestResponse")
        }
    }

    @Test("SOAP 1.2 is answered in SOAP 1.2, a fault too")
    func soap12() async throws {
        try await RunningServer.run { server in
            let type = ["Content-Type: application/soap+xml; charset=utf-8; action=\"urn:sanityTest\""]
            let body = "<sanityTest><testString>x</testString></sanityTest>"
            let answer = try await server.soap(Self.message(body, version: Self.soap12), type)
            #expect(answer.status == 200)
            #expect(answer.headers["content-type"] == "application/soap+xml; charset=UTF-8")
            let fault = try await server.soap(Self.message("<sanityTest/>", version: Self.soap12), type)
            #expect(fault.status == 500)
            #expect(fault.headers["content-type"] == "application/soap+xml; charset=UTF-8")
            #expect(try payload(fault).path("Code", "Value")?.text == "soapenv:Sender")
        }
    }

    @Test("A missing field, a service's failure and an unknown service are faults of the right side, with status 500")
    func faults() async throws {
        try await RunningServer.run { server in
            let destroy = { (code: String) in
                "<destroyVirtualMachine><phyServer>h</phyServer><VMName>\(code)</VMName></destroyVirtualMachine>"
            }
            let cases = [
                ("<sanityTest/>", "Client", "missingField", "testString"),
                (destroy("machineBusy"), "Client", "machineBusy", ""),
                (destroy("internalError"), "Server", "internalError", ""),
                (destroy("timedOut"), "Server", "timedOut", ""),
                ("<nope/>", "Client", "unknownService", ""),
            ]
            for (body, side, code, field) in cases {
                let answer = try await server.soap(Self.message(body))
                #expect(answer.status == 500)
                let fault = try payload(answer)
                #expect(fault.element(named: "faultcode")?.text == "soapenv:\(side)")
                let detail = try #require(fault.path("detail", "VirtualMachineServerFault"))
                #expect(detail.element(named: "code")?.text == code)
                #expect(detail.element(named: "field")?.text ?? "" == field)
                #expect(detail.element(named: "reason")?.text == fault.element(named: "faultstring")?.text)
            }
            let unknown = try payload(try await server.soap(Self.message("<nope/>")))
            let words = try #require(unknown.element(named: "faultstring")).text
            #expect(words.contains("'nope'"))
            #expect(words.contains("?wsdl"))
        }
    }

    @Test(
        "A query in the address of a call is refused if it names a field, and ignored otherwise",
        arguments: [
            ("?dryRun=true", true), ("?a=1&dry-run", true), ("?a;%64ryRun=1", true), ("?VMName=x", true),
            ("/?vmname=", true), ("?wsdl", false), ("?WSDL", false), ("?a=dryRun", false), ("?", false),
        ])
    func query(query: String, isRefused: Bool) async throws {
        try await RunningServer.run { server in
            let call =
                "<destroyVirtualMachine><phyServer>h</phyServer><VMName>machineBusy</VMName></destroyVirtualMachine>"
            for root in ["/services/VirtualMachineServer", "/axis2/services/VMServer"] {
                let answer = try await server.post(root + query, ["Content-Type: text/xml"], Self.message(call))
                let code = try payload(answer).path("detail", "VirtualMachineServerFault", "code")?.text
                #expect(code == (isRefused ? "unknownField" : "machineBusy"))
            }
        }
    }

    @Test("JSON at SOAP's address, and SOAP at JSON's, are refused with the right address")
    func otherLanguage() async throws {
        try await RunningServer.run { server in
            for body in [#"{"testString":"x"}"#, "\n [1]"] {
                let answer = try await server.soap(body)
                #expect(answer.status == 400)
                #expect(answer.text.contains("the message is JSON") && answer.text.contains("POST /v1/SERVICE"))
            }
            let soap = try await server.post("/v1/sanityTest", ["Content-Type: text/xml"], Self.recorded)
            #expect(soap.status == 415)
            #expect(soap.text.contains("SOAP goes to POST /services/VirtualMachineServer"))
            let list = try await server.post("/v1/sanityTest", ["Content-Type: application/json"], "[]")
            #expect(list.text.contains(#""reason":"body: must be a structure with fields""#), "\(list.text)")
        }
    }

    @Test("A message that is no SOAP gets 400 with a fault", arguments: ["hello", "<a/>", "", "<!DOCTYPE a><a/>"])
    func noSOAP(body: String) async throws {
        try await RunningServer.run { server in
            let answer = try await server.soap(body)
            #expect(answer.status == 400)
            #expect(try payload(answer).element(named: "faultcode")?.text == "soapenv:Client")
            #expect(server.log.calls.contains { $0.contains("outcome=malformed") })
        }
    }

    @Test("An MTOM message is read; other attachments are refused, in the version of their envelope")
    func multipart() async throws {
        try await RunningServer.run { server in
            let type = "Content-Type: multipart/related; boundary=b; "
            let envelope = Self.message("<sanityTest><testString>hello</testString></sanityTest>")
            let message = "--b\r\nContent-Type: application/xop+xml; charset=UTF-8\r\n\r\n\(envelope)\r\n--b--\r\n"
            let read = try await server.soap(message, [type + "type=\"application/xop+xml\""])
            #expect(read.status == 200)
            #expect(try payload(package(read)).name == "sanityTestResponse")
            for (info, field) in [("text/xml", "faultcode"), ("application/soap+xml", "Code")] {
                for (kind, code) in [("application/xop+xml", "malformed"), (info, "multipartNotSupported")] {
                    let answer = try await server.soap(
                        "--b\r\n", [type + "type=\"\(kind)\"; start-info=\"\(info)\""])
                    #expect(answer.status == 500)
                    let fault = code == "malformed" ? try package(answer) : answer
                    #expect(try payload(fault).elements.first?.name == field)
                    #expect(answer.text.contains("code>\(code)<"))
                }
            }
        }
    }

    /// The only part of an MTOM answer, as an answer.
    private func package(_ answer: RawConnection.Answer) throws -> RawConnection.Answer {
        let type = try #require(answer.headers["content-type"])
        #expect(
            type.hasPrefix("multipart/related; type=\"application/xop+xml\"; start=\"<envelope@vms>\"; start-info="))
        let boundary = try #require(type.split(separator: "boundary=\"").last?.dropLast())
        let text = answer.text
        let parts = text.split(separator: "--\(boundary)", omittingEmptySubsequences: false)
        #expect(parts.first == "")
        #expect(parts.last == "--\r\n")
        #expect(parts.count == 3)
        let end = try #require(parts[1].firstRange(of: "\r\n\r\n"))
        let head = parts[1][..<end.lowerBound]
        for line in ["Content-ID: <envelope@vms>", "Content-Transfer-Encoding: binary"] { #expect(head.contains(line)) }
        #expect(head.contains("Content-Type: application/xop+xml; charset=UTF-8; type=\""))
        var part = answer
        part.body = Array(parts[1][end.upperBound...].dropLast().utf8)
        return part
    }

    @Test(
        "An MTOM request gets an MTOM answer, a fault too, unless its Accept excludes it; so does one that accepts only MTOM",
        arguments: [
            (true, nil, true), (true, "*/*", true), (true, "text/xml, multipart/related", true),
            (true, "application/xop+xml", true), (true, "text/xml", false), (false, nil, false), (false, "*/*", false),
            (false, "text/xml, multipart/related", false), (false, "multipart/related", true),
            (false, "multipart/related; type=\"application/xop+xml\", text/xml;q=0", true), (false, "text/html", false),
        ] as [(Bool, String?, Bool)])
    func packages(sends: Bool, accept: String?, isPackage: Bool) async throws {
        try await RunningServer.run { server in
            for version in ["http://schemas.xmlsoap.org/soap/envelope/", Self.soap12] {
                for (call, name) in [
                    ("<sanityTest><testString>--vms-part-0</testString></sanityTest>", "sanityTestResponse"),
                    ("<nope/>", "Fault"),
                ] {
                    let envelope = Self.message(call, version: version)
                    let kind = version == Self.soap12 ? "application/soap+xml" : "text/xml"
                    let message = "--b\r\nContent-Type: application/xop+xml\r\n\r\n\(envelope)\r\n--b--\r\n"
                    let related = "multipart/related; boundary=b; type=\"application/xop+xml\"; start-info=\"\(kind)\""
                    let answer = try await server.soap(
                        sends ? message : envelope,
                        ["Content-Type: \(sends ? related : kind)"] + (accept.map { ["Accept: \($0)"] } ?? []))
                    if isPackage { #expect(answer.headers["content-type"]?.contains("start-info=\"\(kind)\"") == true) }
                    let plain = isPackage ? try package(answer) : answer
                    let root = try XMLParser().parse(bytes: plain.body)
                    #expect(root.namespace == version)
                    #expect(try payload(plain).name == name)
                    if !isPackage { #expect(answer.headers["content-type"] == "\(kind); charset=UTF-8") }
                }
            }
        }
    }

    @Test("A broken message is answered in the version of its namespace or its type")
    func versions() async throws {
        try await RunningServer.run { server in
            let twelve = Self.message("<sanityTest/>", version: Self.soap12)
            let eleven = Self.message("<sanityTest/>")
            let cases: [(String, String, String, Bool)] = [
                ("rubbish", "application/soap+xml", "no acceptable XML", true),
                ("rubbish", "text/xml", "no acceptable XML", false),
                (String(twelve.dropLast(20)), "text/xml", "truncated", true),
                (String(eleven.dropLast(20)), "application/soap+xml", "truncated", false),
                ("<a/>", "application/soap+xml; charset=utf-8", "not Envelope", true),
                (Self.message("<a/>", version: "urn:x"), "application/soap+xml", "neither", true),
                (Self.message("<a/>", version: "urn:x"), "text/xml", "neither", false),
            ]
            for (body, type, words, isTwelve) in cases {
                let answer = try await server.soap(body, ["Content-Type: \(type)"])
                #expect(answer.text.contains(words), "\(body)")
                let kind = isTwelve ? "application/soap+xml" : "text/xml"
                #expect(answer.headers["content-type"] == "\(kind); charset=UTF-8", "\(body)")
                #expect(try payload(answer).elements.first?.name == (isTwelve ? "Code" : "faultcode"))
            }
        }
    }

    @Test("A message that is too large is refused in the caller's version")
    func tooLarge() async throws {
        try await RunningServer.run({ $0.bodyLimit = 100 }) { server in
            let answer = try await server.soap(Self.recorded, ["Content-Type: application/soap+xml"])
            #expect(answer.status == 413)
            #expect(try payload(answer).elements.first?.name == "Code")
        }
    }

    @Test(".NET's Action without addressing is understood, and gets no addressing in the answer")
    func noAddressing() async throws {
        try await RunningServer.run { server in
            let header =
                "<e:Header><Action e:mustUnderstand=\"1\" xmlns=\"http://schemas.microsoft.com/ws/2005/05/addressing/none\">"
                + "urn:sanityTest</Action></e:Header>"
            let answer = try await server.soap(
                Self.recorded.replacing("soapenv", with: "e").replacing("<e:Body>", with: "\(header)<e:Body>"))
            #expect(answer.status == 200)
            #expect(!answer.text.contains("Header"))
        }
    }

    @Test("The contract is available under every spelling, with the address that the client used")
    func contract() async throws {
        try await RunningServer.run { server in
            for query in ["?wsdl", "?WSDL", "?wsdl=1"] {
                let answer = try await server.request(
                    "GET", "/axis2/services/VMServer\(query)", ["Host: vms.example.org:99"])
                #expect(answer.status == 200)
                #expect(answer.headers["content-type"] == "text/xml; charset=UTF-8")
                let root = try XMLParser().parse(bytes: answer.body)
                let ports = try #require(root.element(named: "service")).elements
                #expect(
                    ports.map { $0.elements.first?["location"] }
                        == Array(repeating: "http://vms.example.org:99/axis2/services/VMServer", count: 2))
                let operations = try #require(root.element(named: "portType")).elements
                #expect(operations.map { $0["name"] } == RunningServer.endpoints.map(\.name))
            }
            for query in ["?xsd", "?xsd=1", "?xsd=whatever"] {
                let answer = try await server.request("GET", "/services/VirtualMachineServer\(query)")
                #expect(try XMLParser().parse(bytes: answer.body).name == "schema")
            }
            let page = try await server.request("GET", "/services/VirtualMachineServer")
            #expect(page.status == 200)
            #expect(page.text.contains("?wsdl"))
        }
    }
}
