import SOAP
import Testing
import VMSAPI

/// Messages that are no SOAP, and SOAP that cannot be served.
struct RefusalTests {
    @Test(
        "A message that is no SOAP is refused with the reason",
        arguments: [
            ("", "document"), ("hello", "XML"), ("<a>", "XML"), ("<a/>", "not Envelope"),
            ("<e:Envelope xmlns:e=\"\(Envelopes.namespace11)\"/>", "no Body"),
            ("<e:Envelope xmlns:e=\"\(Envelopes.namespace11)\"><e:Header/></e:Envelope>", "no Body"),
            (
                "<!DOCTYPE e:Envelope [<!ENTITY x \"y\">]>" + Envelopes.sanity("<testString>&x;</testString>"),
                "document type"
            ),
            (Envelopes.v11(String(repeating: "<a>", count: 100) + String(repeating: "</a>", count: 100)), "levels"),
        ])
    func noSOAP(message: String, word: String) throws {
        let refusal = try #require(Envelopes.refusal(message))
        #expect(!refusal.isSOAP)
        #expect(refusal.version == .v11)
        #expect(refusal.fault.code == .caller)
        #expect(refusal.fault.detail?.code == "malformed")
        #expect(refusal.fault.reason.contains(word), "\(refusal.fault.reason)")
    }

    @Test("A body without a service is a fault in the version of the request")
    func emptyBody() throws {
        let refusal = try #require(Envelopes.refusal(Envelopes.v12(" ")))
        #expect(refusal.isSOAP)
        #expect(refusal.version == .v12)
        #expect(refusal.fault.reason.contains("names no service"))
    }

    @Test(
        "An envelope has at most one Header before one Body, and no other element without a namespace",
        arguments: [
            ("<e:Body><a/></e:Body><e:Body><b/></e:Body>", "2 elements Body"),
            ("<e:Body/><e:Body><b/></e:Body>", "2 elements Body"),
            ("<e:Body><a/></e:Body><Body><b/></Body>", "2 elements Body"),
            ("<e:Header/><e:Header/><e:Body><a/></e:Body>", "2 elements Header"),
            ("<e:Body><a/></e:Body><e:Header/>", "'Header' is after its Body"),
            ("<e:Body><a/></e:Body><b/>", "'b' is after its Body"),
            ("<b/><e:Body><a/></e:Body>", "'b' is before its Body"),
            ("x<e:Body><a/></e:Body>", "holds text, 'x'"),
        ])
    func parts(parts: String, words: String) throws {
        for namespace in [Envelopes.namespace11, Envelopes.namespace12] {
            let refusal = Envelopes.refusal("<e:Envelope xmlns:e=\"\(namespace)\">\(parts)</e:Envelope>")
            #expect(refusal?.fault.detail?.code == "malformed")
            #expect(refusal?.fault.reason.contains(words) == true, "\(refusal?.fault.reason ?? "")")
        }
    }

    @Test("SOAP 1.1 allows elements with another namespace after the Body; 1.2 does not")
    func trailer() {
        let parts = "<e:Body><a/></e:Body><x:b xmlns:x=\"urn:x\"/>"
        func message(_ namespace: String) -> String {
            "<e:Envelope xmlns:e=\"\(namespace)\">\(parts)</e:Envelope>"
        }
        #expect(Envelopes.refusal(message(Envelopes.namespace11)) == nil)
        #expect(Envelopes.refusal(message(Envelopes.namespace12))?.fault.reason.contains("'b'") == true)
    }

    @Test(
        "Data next to fields are never silently dropped",
        arguments: [
            "<sweepImages dryRun='true'><element><olderThanDays>99</olderThanDays></element></sweepImages>",
            "<sweepImages><element dryRun='true'><olderThanDays>99</olderThanDays></element></sweepImages>",
            "<sweepImages><olderThanDays dryRun='true'>99</olderThanDays></sweepImages>",
            "<v:sweepImages xmlns:v='http://vmserver/xsd' v:dryRun='true'/>",
            "<sweepImages>dryRun=true</sweepImages>",
            "<sweepImages><![CDATA[dryRun]]><olderThanDays>9</olderThanDays></sweepImages>",
            "<sweepImages><element>dryRun<olderThanDays>99</olderThanDays></element></sweepImages>",
            "dryRun=true<sweepImages/>",
            "<sweepImages href='#a' dryRun='true'/><c id='a'><olderThanDays>1</olderThanDays></c>",
            "<sweepImages><olderThanDays href='#a' dryRun='true'/></sweepImages><c id='a'>1</c>",
            "<sweepImages><olderThanDays href='#a'/></sweepImages><c id='a' dryRun='true'>1</c>",
            "<sweepImages><dryRun href='#a'/></sweepImages><c id='a' xmlns:i='http://www.w3.org/2001/XMLSchema-instance' i:nil='1'/>",
            "<sweepImages><dryRun xmlns:i='http://www.w3.org/2001/XMLSchema-instance' i:nil='true'/></sweepImages>",
            "<sweepImages><dryRun value='true'/></sweepImages>", "<sweepImages><dryRun/></sweepImages>",
        ])
    func beside(call: String) throws {
        let payload = try Envelopes.read(Envelopes.v11(call)).payload
        #expect(throws: FieldError.self, "\(payload)") { try SweepImages(request: payload) }
    }

    @Test("Nor are data outside of the call, where no service looks")
    func outside() throws {
        let call = "<destroyVirtualMachine><phyServer>h</phyServer><VMName>r</VMName></destroyVirtualMachine>"
        for message in [
            Envelopes.v11(call, header: "<dryRun>true</dryRun>"),
            Envelopes.v11(call, header: "<x:DryRun xmlns:x='urn:x'>true</x:DryRun>"),
            Envelopes.v11(call).replacing("<e:Body>", with: "<e:Body dryRun='true'>"),
            Envelopes.v11(call).replacing("<e:Envelope", with: "<e:Envelope dry-run='true'"),
            Envelopes.v11("dryRun=true" + call),
            Envelopes.v11(call.replacing("<VMName>", with: "<VMName dryRun='true'>")),
            Envelopes.v11(call.replacing("<VMName>", with: "dryRun<VMName>")),
        ] {
            let payload = try Envelopes.read(message).payload
            #expect(throws: FieldError.self, "\(message)") { try DestroyVirtualMachine(request: payload) }
        }
        // Field names, and unrelated data next to them, are accepted.
        let others = call.replacing("<VMName>", with: "text<VMName colour='red'>")
        let payload = try Envelopes.read(Envelopes.v11(others, header: "<user>me</user>")).payload
        #expect(try DestroyVirtualMachine(request: payload).vmName == "r")
    }

    @Test("An envelope of another version is a VersionMismatch, without detail")
    func otherVersion() throws {
        let message = "<e:Envelope xmlns:e=\"urn:soap2\"><e:Body><a/></e:Body></e:Envelope>"
        let refusal = try #require(Envelopes.refusal(message))
        #expect(refusal.isSOAP)
        #expect(refusal.fault.code == .versionMismatch)
        #expect(refusal.fault.detail == nil)
    }

    @Test(
        "A mandatory header that is not understood is refused, if it is addressed to this server",
        arguments: [
            ("e:mustUnderstand=\"1\"", true), ("e:mustUnderstand=\"true\"", true), ("e:mustUnderstand=\" 1 \"", true),
            ("e:mustUnderstand=\"0\"", false), ("e:mustUnderstand=\"false\"", false), ("", false),
            ("mustUnderstand=\"1\"", false),
            ("e:mustUnderstand=\"1\" e:actor=\"urn:somebody\"", false),
            ("e:mustUnderstand=\"1\" e:actor=\"http://schemas.xmlsoap.org/soap/actor/next\"", true),
            ("e:mustUnderstand=\"1\" e:actor=\"\"", true),
        ])
    func mustUnderstand(attributes: String, isRefused: Bool) {
        let header = "<x:Strange xmlns:x=\"urn:x\" \(attributes)/>"
        let refusal = Envelopes.refusal(Envelopes.v11("<a/>", header: header))
        #expect((refusal?.fault.code == .mustUnderstand) == isRefused)
        #expect((refusal == nil) != isRefused)
        if isRefused { #expect(refusal?.fault.reason.contains("'Strange'") == true) }
    }

    @Test(
        "SOAP 1.2 uses role",
        arguments: [
            ("e:role=\"http://www.w3.org/2003/05/soap-envelope/role/ultimateReceiver\"", true),
            ("e:role=\"http://www.w3.org/2003/05/soap-envelope/role/next\"", true),
            ("e:role=\"http://www.w3.org/2003/05/soap-envelope/role/none\"", false), ("e:role=\"urn:b\"", false),
        ])
    func role(attributes: String, isRefused: Bool) {
        let header = "<x:Strange xmlns:x=\"urn:x\" e:mustUnderstand=\"true\" \(attributes)/>"
        #expect((Envelopes.refusal(Envelopes.v12("<a/>", header: header)) != nil) == isRefused)
    }

    private static let security =
        "<w:Security xmlns:w=\"http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd\" "
        + "e:mustUnderstand=\"true\">"

    @Test("A UsernameToken is ignored, even a mandatory one (suds)")
    func user() throws {
        let header =
            "\(Self.security)<w:UsernameToken><w:Username>me</w:Username><w:Password>p w</w:Password>"
            + "</w:UsernameToken></w:Security>"
        let request = try Envelopes.read(Envelopes.v11("<a/>", header: header))
        #expect(request.service == "a")
    }

    @Test("A mandatory signature is not ignored")
    func signature() {
        let header = "\(Self.security)<Signature xmlns=\"http://www.w3.org/2000/09/xmldsig#\"/></w:Security>"
        #expect(Envelopes.refusal(Envelopes.v11("<a/>", header: header))?.fault.code == .mustUnderstand)
    }
}
