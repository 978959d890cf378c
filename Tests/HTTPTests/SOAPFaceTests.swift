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
        "SOAPAction and Content-Type do not decide",
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

    @Test("A missing field, a service's failure and an unknown service are faults of their side, with status 500")
    func faults() async throws {
        try await RunningServer.run { server in
            let destroy = { (side: String) in
                "<destroyVirtualMachine><phyServer>\(side)</phyServer><VMName>machineBusy</VMName>"
                    + "</destroyVirtualMachine>"
            }
            let cases = [
                ("<sanityTest/>", "Client", "missingField", "testString"),
                (destroy("caller"), "Client", "machineBusy", ""),
                (destroy("server"), "Server", "machineBusy", ""), ("<nope/>", "Client", "unknownService", ""),
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

    @Test("What is no SOAP gets 400 with a fault", arguments: ["hello", "<a/>", "", "<!DOCTYPE a><a/>"])
    func noSOAP(body: String) async throws {
        try await RunningServer.run { server in
            let answer = try await server.soap(body)
            #expect(answer.status == 400)
            #expect(try payload(answer).element(named: "faultcode")?.text == "soapenv:Client")
            #expect(server.log.calls.contains { $0.contains("outcome=malformed") })
        }
    }

    @Test("A message of parts is read as MTOM has it; other attachments are refused, in the version of their envelope")
    func multipart() async throws {
        try await RunningServer.run { server in
            let type = "Content-Type: multipart/related; boundary=b; "
            let envelope = Self.message("<sanityTest><testString>hello</testString></sanityTest>")
            let message = "--b\r\nContent-Type: application/xop+xml; charset=UTF-8\r\n\r\n\(envelope)\r\n--b--\r\n"
            let read = try await server.soap(message, [type + "type=\"application/xop+xml\""])
            #expect(read.status == 200)
            #expect(try payload(read).name == "sanityTestResponse")
            for (info, field) in [("text/xml", "faultcode"), ("application/soap+xml", "Code")] {
                for (kind, code) in [("application/xop+xml", "malformed"), (info, "multipartNotSupported")] {
                    let answer = try await server.soap(
                        "--b\r\n", [type + "type=\"\(kind)\"; start-info=\"\(info)\""])
                    #expect(answer.status == 500)
                    #expect(try payload(answer).elements.first?.name == field)
                    #expect(answer.text.contains("code>\(code)<"))
                }
            }
        }
    }

    @Test("The contract is there under every spelling, with the address that the client used")
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
