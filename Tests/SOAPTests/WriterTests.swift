import SOAP
import Testing
import VMSAPI
import XML

/// Answers, parsed again.
struct WriterTests {
    private static let fault = {
        var fault = VirtualMachineServerFault()
        (fault.code, fault.reason, fault.service) = ("outOfRange", "vmRAM is '<0>': must be more", "x")
        (fault.field, fault.value) = ("vmRAM", "<0>")
        return fault
    }()

    private func body(_ bytes: [UInt8], _ namespace: String) throws -> XMLElement {
        #expect(bytes.starts(with: "<?xml version=\"1.0\" encoding=\"UTF-8\"?>".utf8))
        let root = try XMLParser().parse(bytes: bytes)
        #expect(root.name == "Envelope")
        #expect(root.namespace == namespace)
        return try #require(root.element(named: "Body", namespace: namespace)?.elements.first)
    }

    @Test("A response is wrapped, and each element qualified; lists are repeated elements")
    func response() throws {
        var response = RegisterNodesResponse()
        response.node = ["a", "b"].map {
            var node = Node()
            node.nodeName = $0
            node.ip = ["10.0.0.1", "10.0.0.2"]
            return node
        }
        let bytes = SOAPWriter(.v11).response("registerNodes", response.wireValue)
        let body = try body(bytes, Envelopes.namespace11)
        #expect(body.name == "registerNodesResponse")
        #expect(body.elements.map(\.name) == ["result", "Node", "Node"])
        #expect(body.elements.last?.elements.map(\.name) == ["NodeName", "IP", "IP"])
        var all = [body]
        while let element = all.popLast() {
            #expect(element.namespace == SOAPWriter.target)
            all += element.elements
        }
    }

    @Test("The writer preserves text exactly")
    func text() throws {
        let text = " \r\n\t a\u{E1}\u{1F680} &<>\"' ]]> "
        var response = SanityTestResponse()
        response.testString = text
        let body = try body(SOAPWriter(.v12).response("sanityTest", response.wireValue), Envelopes.namespace12)
        let read = try #require(body.element(named: "testString")).text
        #expect(read.unicodeScalars.elementsEqual(text.unicodeScalars))
    }

    @Test("A fault of SOAP 1.1 has faultcode, faultstring and detail, unqualified and in this order")
    func fault11() throws {
        let fault = try body(SOAPWriter(.v11).fault(SOAPFault(Self.fault, isCallers: true)), Envelopes.namespace11)
        #expect(fault.name == "Fault")
        #expect(fault.elements.map(\.name) == ["faultcode", "faultstring", "detail"])
        #expect(fault.elements.allSatisfy { $0.namespace.isEmpty })
        let code = try #require(fault.element(named: "faultcode"))
        let name = try #require(code.resolve(code.text))
        #expect(name.name == "Client")
        #expect(name.namespace == Envelopes.namespace11)
        #expect(fault.element(named: "faultstring")?.text == "vmRAM is '<0>': must be more")
        try checkDetail(fault.element(named: "detail"))
    }

    @Test("A fault of SOAP 1.2 has Code, Reason in English and Detail")
    func fault12() throws {
        let fault = try body(SOAPWriter(.v12).fault(SOAPFault(Self.fault, isCallers: true)), Envelopes.namespace12)
        #expect(fault.elements.map(\.name) == ["Code", "Reason", "Detail"])
        #expect(fault.elements.allSatisfy { $0.namespace == Envelopes.namespace12 })
        let value = try #require(fault.path("Code", "Value"))
        #expect(try #require(value.resolve(value.text)).name == "Sender")
        let text = try #require(fault.path("Reason", "Text"))
        #expect(text.text == "vmRAM is '<0>': must be more")
        #expect(text["lang", namespace: "http://www.w3.org/XML/1998/namespace"] == "en")
        try checkDetail(fault.element(named: "Detail"))
    }

    private func checkDetail(_ detail: XMLElement?) throws {
        let element = try #require(detail?.elements.first)
        #expect(element.name == "VirtualMachineServerFault")
        #expect(element.namespace == SOAPWriter.target)
        let members = element.elements.map { WireValue.Member($0.name, .string($0.text)) }
        #expect(try VirtualMachineServerFault(wire: .object(members)) == Self.fault)
    }

    @Test(
        "Each code has its word in each version",
        arguments: [
            (SOAPFault.Code.caller, "Client", "Sender"), (.server, "Server", "Receiver"),
            (.mustUnderstand, "MustUnderstand", "MustUnderstand"),
            (.versionMismatch, "VersionMismatch", "VersionMismatch"),
        ])
    func codes(code: SOAPFault.Code, old: String, new: String) throws {
        let fault = SOAPFault(code, "why")
        let first = try body(SOAPWriter(.v11).fault(fault), Envelopes.namespace11)
        #expect(first.element(named: "faultcode")?.text == "soapenv:\(old)")
        #expect(first.element(named: "detail") == nil)
        let second = try body(SOAPWriter(.v12).fault(fault), Envelopes.namespace12)
        #expect(second.path("Code", "Value")?.text == "soapenv:\(new)")
    }

    @Test("SOAP 1.2 names the header that was not understood in a header of its own")
    func notUnderstood() throws {
        let header = "<x:Strange xmlns:x=\"urn:x&amp;y\" e:mustUnderstand=\"1\"/>"
        let refusal = try #require(Envelopes.refusal(Envelopes.v12("<a/>", header: header)))
        let root = try XMLParser().parse(bytes: SOAPWriter(.v12).fault(refusal.fault))
        let element = try #require(root.path("Header", "NotUnderstood"))
        let name = try #require(element["qname"])
        #expect(try #require(element.resolve(name)) == ("urn:x&y", "Strange"))
        #expect(try XMLParser().parse(bytes: SOAPWriter(.v11).fault(refusal.fault)).element(named: "Header") == nil)
    }

    @Test(
        "An answer to WS-Addressing has Action and RelatesTo, a fault too",
        arguments: ["http://www.w3.org/2005/08/addressing", "http://schemas.xmlsoap.org/ws/2004/08/addressing"])
    func addressing(namespace: String) throws {
        let header =
            "<a:MessageID xmlns:a=\"\(namespace)\" e:mustUnderstand=\"1\"> uuid:1&amp;2 </a:MessageID>"
            + "<a:Action xmlns:a=\"\(namespace)\" e:mustUnderstand=\"1\">urn:sanityTest</a:Action>"
        let request = try Envelopes.read(Envelopes.v11("<sanityTest/>", header: header))
        let writer = SOAPWriter(request.version, addressing: request.addressing)
        let answers = [
            (writer.response("sanityTest", SanityTestResponse().wireValue), "urn:sanityTestResponse"),
            (writer.fault(SOAPFault(Self.fault, isCallers: true)), "\(namespace)/fault"),
        ]
        for (bytes, action) in answers {
            let headers = try #require(XMLParser().parse(bytes: bytes).element(named: "Header")).elements
            #expect(headers.allSatisfy { $0.namespace == namespace })
            #expect(headers.map(\.name) == ["Action", "RelatesTo"])
            #expect(headers.map(\.text) == [action, "uuid:1&2"])
        }
    }
}
